package io.postern.xds.resources;

import java.util.Comparator;

/**
 * What a document is known by.
 *
 * @param group {@code gateway.networking.k8s.io}; empty for Kubernetes' own
 * @param kind {@code HTTPRoute}
 * @param namespace empty for kinds without
 */
public record DocumentKey(String group, String kind, String namespace, String name)
        implements Comparable<DocumentKey> {
    private static final Comparator<DocumentKey> ORDER =
            Comparator.comparing(DocumentKey::kind)
                    .thenComparing(DocumentKey::group)
                    .thenComparing(DocumentKey::namespace)
                    .thenComparing(DocumentKey::name);

    @Override
    public int compareTo(DocumentKey other) {
        return ORDER.compare(this, other);
    }

    /** {@code HTTPRoute default/orders}. */
    @Override
    public String toString() {
        return namespace.isEmpty() ? kind + " " + name : kind + " " + namespace + "/" + name;
    }
}
