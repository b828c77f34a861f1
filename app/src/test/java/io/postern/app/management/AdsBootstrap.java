package io.postern.app.management;

/** Configurations of nodes whose listeners and clusters come over ADS, in Envoy's YAML. */
public final class AdsBootstrap {
    private static final String SOURCES =
            """
            node: {id: "NODE", cluster: edge}
            dynamic_resources:
              ads_config:
                api_type: VARIANT
                transport_api_version: V3
                grpc_services: [{envoy_grpc: {cluster_name: xds}}]
              lds_config: {resource_api_version: V3, ads: {}}
              cds_config: {resource_api_version: V3, ads: {}}
            """;
    private static final String SERVER =
            """
            static_resources:
              clusters:
              - name: xds
                load_assignment:
                  cluster_name: xds
                  endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}}]}]
                typed_extension_protocol_options:
                  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                    explicit_http_config: {http2_protocol_options: {}}
            """;

    private AdsBootstrap() {}

    /**
     * A whole configuration; fields of the management server's cluster may follow it.
     *
     * @param variant {@code GRPC} or {@code DELTA_GRPC}
     * @param port of the management server
     */
    public static String text(String node, String variant, int port) {
        return sources(node, variant) + SERVER.replace("PORT", Integer.toString(port));
    }

    /** Without the cluster {@code xds}. */
    static String sources(String node, String variant) {
        return SOURCES.replace("NODE", node).replace("VARIANT", variant);
    }
}
