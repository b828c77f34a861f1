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
        return group.isEmpty() ? versions.getFirst() : group + "/" + versions.getFirst();
    }
}
