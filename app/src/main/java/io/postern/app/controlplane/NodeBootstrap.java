package io.postern.app.controlplane;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The configuration with which a node joins: the same for Envoy and Postern. */
final class NodeBootstrap {
    private NodeBootstrap() {}

    static String of(String id, String cluster, InetSocketAddress xds) {
        return """
        node: {id: %s, cluster: %s}
        dynamic_resources:
          ads_config:
            api_type: DELTA_GRPC
            transport_api_version: V3
            set_node_on_first_message_only: true
            grpc_services: [{envoy_grpc: {cluster_name: postern-control-plane}}]
          lds_config: {resource_api_version: V3, ads: {}}
          cds_config: {resource_api_version: V3, ads: {}}
        static_resources:
          clusters:
          - name: postern-control-plane
            connect_timeout: 5s
            load_assignment:
              cluster_name: postern-control-plane
              endpoints:
              - lb_endpoints:
                - endpoint: {address: {socket_address: {address: %s, port_value: %d}}}
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config:
                  http2_protocol_options:
                    connection_keepalive: {interval: 30s, timeout: 5s}
        """
                .formatted(
                        quoted(id),
                        quoted(cluster),
                        quoted(xds.getAddress().getHostAddress()),
                        xds.getPort());
    }

    /**
     * The one of a gateway whose management server is in the same process: the cluster is named,
     * and never used.
     */
    static String ofThisProcess(String id, @Nullable InetSocketAddress admin) {
        String text =
                """
                node: {id: %s, cluster: serve}
                dynamic_resources:
                  ads_config:
                    api_type: DELTA_GRPC
                    grpc_services: [{envoy_grpc: {cluster_name: postern-control-plane}}]
                  lds_config: {ads: {}}
                  cds_config: {ads: {}}
                static_resources:
                  clusters:
                  - name: postern-control-plane
                    load_assignment: {cluster_name: postern-control-plane}
                """
                        .formatted(quoted(id));
        return admin == null
                ? text
                : text
                        + "admin: {address: {socket_address: {address: %s, port_value: %d}}}\n"
                                .formatted(
                                        quoted(admin.getAddress().getHostAddress()),
                                        admin.getPort());
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
