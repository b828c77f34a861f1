package io.postern.xds.resources.attach;

import io.postern.xds.resources.DocumentKey;
import io.postern.xds.resources.document.Document;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All documents by what they are asked for. */
public final class Inventory {
    private final Map<DocumentKey, Document> byKey = new HashMap<>();
    private final Map<String, List<Document>> byKind;
    private final Map<String, List<Document>> slices;

    public Inventory(Collection<Document> documents) {
        documents.forEach(document -> byKey.put(document.key(), document));
        byKind =
                byKey.values().stream()
                        .sorted(Document.BY_AGE)
                        .collect(Collectors.groupingBy(document -> document.key().kind()));
        slices =
                all("EndpointSlice").stream()
                        .collect(
                                Collectors.groupingBy(slice ->
                                        slice.namespace()
                                                + "/"
                                                + slice.labels()
                                                        .getOrDefault(
                                                                "kubernetes.io/service-name", "")));
    }

    /** The object of this key. */
    public @Nullable Document find(String group, String kind, String namespace, String name) {
        return byKey.get(new DocumentKey(group, kind, namespace, name));
    }

    /** All of one kind, the oldest first. */
    public List<Document> all(String kind) {
        return byKind.getOrDefault(kind, List.of());
    }

    /** The names of one kind in a namespace, for errors. */
    public List<String> names(String kind, String namespace) {
        return all(kind).stream()
                .filter(document -> document.namespace().equals(namespace))
                .map(Document::name)
                .toList();
    }

    /** The EndpointSlices of a Service. */
    public List<Document> slices(Document service) {
        return slices.getOrDefault(service.path(), List.of());
    }

    /** The labels of a namespace, which needs no document for the one that names it. */
    public Map<String, String> namespaceLabels(String namespace) {
        var labels = new HashMap<String, String>();
        var document = find("", "Namespace", "", namespace);
        if (document != null) {
            labels.putAll(document.labels());
        }
        labels.put("kubernetes.io/metadata.name", namespace);
        return labels;
    }
}
