package io.postern.xds.server.fleet;

import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who a node says that it is. Immutable.
 *
 * @param metadata text fields at the top of its metadata
 * @param product {@code envoy}, {@code postern}
 * @param everywhere it belongs to every group that its product can serve: the only node there is
 */
public record NodeIdentity(
        String id,
        String cluster,
        Map<String, String> metadata,
        String product,
        boolean everywhere) {
    private static final int MOST_FIELDS = 64;
    private static final int MOST_CHARACTERS = 512;
    private static final String POSTERN = "postern";

    public NodeIdentity {
        metadata = Map.copyOf(metadata);
    }

    /** What is kept of a node's words: what is longer or more is left out. */
    static NodeIdentity of(Node node) {
        Map<String, String> fields = new TreeMap<>();
        node.getMetadata()
                .getFieldsMap()
                .forEach((name, value) -> {
                    if (value.getKindCase() == Value.KindCase.STRING_VALUE
                            && fits(name)
                            && fits(value.getStringValue())
                            && fields.size() < MOST_FIELDS) {
                        fields.put(name, value.getStringValue());
                    }
                });
        return new NodeIdentity(
                cut(node.getId()),
                cut(node.getCluster()),
                fields,
                cut(node.getUserAgentName()),
                false);
    }

    /** The same, of every group. */
    NodeIdentity inEveryGroup() {
        return new NodeIdentity(id, cluster, metadata, product, true);
    }

    private static boolean fits(String text) {
        return text.length() <= MOST_CHARACTERS;
    }

    private static String cut(String text) {
        return fits(text) ? text : text.substring(0, MOST_CHARACTERS);
    }

    /** Whether it understands Postern's own extensions. */
    boolean isPostern() {
        return product.equals(POSTERN);
    }

    @Override
    public String toString() {
        return cluster.isEmpty() ? "'" + id + "'" : "'" + id + "' of '" + cluster + "'";
    }
}
