package io.postern.xds.resources.document;

import io.postern.config.source.Diagnostic;
import io.postern.config.source.Place;
import io.postern.xds.resources.DocumentKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * One object of Kubernetes' form whose shape is right.
 *
 * <p>Thread-safe: immutable.
 *
 * @param created {@code metadata.creationTimestamp}; {@link Instant#EPOCH} when absent
 * @param warnings what is odd about its text
 */
public record Document(
        DocumentKey key,
        Place place,
        Map<String, String> labels,
        Instant created,
        Tree root,
        List<Diagnostic> warnings) {
    /** Gateway API's order of conflicting objects: the oldest, then by namespace and name. */
    public static final Comparator<Document> BY_AGE =
            Comparator.comparing(Document::created)
                    .thenComparing(document -> document.key().namespace())
                    .thenComparing(document -> document.key().name())
                    .thenComparing(Document::key);

    /** The order of the text. */
    public static final Comparator<Document> BY_PLACE =
            Comparator.comparing((Document document) -> document.place().file())
                    .thenComparingInt(document -> document.place().line())
                    .thenComparingInt(document -> document.place().column());

    public Document {
        labels = Map.copyOf(labels);
        warnings = List.copyOf(warnings);
    }

    /** The same with these warnings. */
    Document with(List<Diagnostic> others) {
        return new Document(key, place, labels, created, root, others);
    }

    /** The object's {@code spec}. */
    public Tree spec() {
        return root.at("spec");
    }

    /** The namespace it is in. */
    public String namespace() {
        return key.namespace();
    }

    /** Its name. */
    public String name() {
        return key.name();
    }

    /** {@code default/orders}. */
    public String path() {
        return key.namespace() + "/" + key.name();
    }
}
