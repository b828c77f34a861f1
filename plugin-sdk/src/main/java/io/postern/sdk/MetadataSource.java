package io.postern.sdk;

/**
 * Of what the configuration says metadata.
 *
 * <p>Source: the types of {@code %METADATA(TYPE:...)%} and the {@code xds} attributes of Envoy.
 */
public enum MetadataSource {
    /** The listener of the connection. */
    LISTENER,

    /** The listener's filter chain. */
    FILTER_CHAIN,

    /** The virtual host of the matched route. */
    VIRTUAL_HOST,

    /** The matched route. */
    ROUTE,

    /** The cluster that the route leads to. */
    CLUSTER,

    /** The host of the cluster that was chosen last. */
    UPSTREAM_HOST
}
