package io.postern.xds.resources.document;

import io.postern.xds.resources.document.Shape.Fields;
import java.util.List;

/**
 * A kind of documents.
 *
 * @param group empty for Kubernetes' own
 * @param versions that are read alike, the one to write first
 * @param namespaced whether its objects have a namespace
 * @param fields beside apiVersion, kind, metadata and status
 * @param meaning a sentence for people
 */
public record Kind(
        String group,
        List<String> versions,
        String name,
        boolean namespaced,
        Fields fields,
        String meaning) {
    /** {@code gateway.networking.k8s.io/v1}. */
    public String apiVersion() {
        return apiVersions().getFirst();
    }

    /** All that may be written there. */
    public List<String> apiVersions() {
        return versions.stream()
                .map(version -> group.isEmpty() ? version : group + "/" + version)
                .toList();
    }
}
