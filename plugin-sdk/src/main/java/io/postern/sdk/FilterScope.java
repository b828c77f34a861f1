package io.postern.sdk;

/**
 * Where a filter is being loaded.
 *
 * @param filterName name of the filter in the configuration
 * @param listenerName name of the listener; empty when it has none
 * @param nodeId id of this gateway's node
 * @param nodeCluster cluster of this gateway's node
 * @param listenerInbound whether the listener's traffic_direction is INBOUND
 * @param statPrefix what names of the connection manager's statistics begin with, {@code
 *     http.ingress.}
 * @param node all that the configuration says of this gateway's node
 */
public record FilterScope(
        String filterName,
        String listenerName,
        String nodeId,
        String nodeCluster,
        boolean listenerInbound,
        String statPrefix,
        MessageValue node) {
    /** A place whose statistics have no prefix, on a node of which nothing else is known. */
    public FilterScope(
            String filterName,
            String listenerName,
            String nodeId,
            String nodeCluster,
            boolean listenerInbound) {
        this(
                filterName,
                listenerName,
                nodeId,
                nodeCluster,
                listenerInbound,
                "",
                MessageValue.none());
    }
}
