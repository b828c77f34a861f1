package io.postern.app.controlplane;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The configuration with which a node joins: the same for Envoy and Postern. */
final class NodeBootstrap {
    private NodeBootstrap() {}

    /**
     * How a node proves who it is.
     *
     * @param tls null: in clear text
     * @param token empty: none
     */
    record Proof(@Nullable Tls tls, String token) {
        static final Proof NONE = new Proof(null, "");
    }

    /**
     * Files as the node finds them.
     *
     * @param ca who signed the server's certificate
     * @param certificate of the node, and its key; null: none
     * @param serverName whom the server's certificate has to name; empty: nobody in particular
     */
    record Tls(Path ca, @Nullable Path certificate, @Nullable Path key, String serverName) {}

    static String of(String id, String cluster, InetSocketAddress xds, Proof proof) {
        String metadata =
                proof.token().isEmpty()
                        ? ""
                        : ", initial_metadata: [{key: authorization, value: "
                                + quoted("Bearer " + proof.token())
                                + "}]";
        String socket = proof.tls() == null ? "" : transportSocket(proof.tls()).indent(4);
        return """
        node: {id: %s, cluster: %s}
        dynamic_resources:
          ads_config:
            api_type: DELTA_GRPC
            transport_api_version: V3
            set_node_on_first_message_only: true
            grpc_services: [{envoy_grpc: {cluster_name: postern-control-plane}%s}]
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
                                metadata,
                                quoted(xds.getAddress().getHostAddress()),
                                xds.getPort())
                + socket;
    }

    private static String transportSocket(Tls tls) {
        var text = new StringBuilder();
        text.append(
                """
                transport_socket:
                  name: envoy.transport_sockets.tls
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                """);
        if (!tls.serverName().isEmpty()) {
            text.append("    sni: ").append(quoted(tls.serverName())).append('\n');
        }
        text.append("    common_tls_context:\n");
        if (tls.certificate() != null && tls.key() != null) {
            text.append(
                    """
                          tls_certificates:
                          - certificate_chain: {filename: %s}
                            private_key: {filename: %s}
                    """
                            .formatted(file(tls.certificate()), file(tls.key())));
        }
        text.append("      validation_context:\n        trusted_ca: {filename: ");
        text.append(file(tls.ca())).append("}\n");
        if (!tls.serverName().isEmpty()) {
            text.append(
                    """
                            match_typed_subject_alt_names:
                            - san_type: DNS
                              matcher: {exact: %s}
                    """
                            .formatted(quoted(tls.serverName())));
        }
        return text.toString();
    }

    private static String file(Path path) {
        return quoted(path.toString());
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
