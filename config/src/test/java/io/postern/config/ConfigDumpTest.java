package io.postern.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.envoy.LiveResources;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigDumpTest {
    private static final String YAML =
            """
            node: {id: n1}
            static_resources:
              listeners:
              - name: l1
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
                  - name: hcm
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: s
                      route_config:
                        name: rc1
                        virtual_hosts:
                        - {name: v, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: a, timeout: 2.5s}}]}
                      http_filters:
                      - name: router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
              clusters:
              - name: a
                type: STATIC
                transport_socket:
                  name: tls
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                    sni: example.com
                    common_tls_context:
                      tls_certificates:
                      - certificate_chain: {inline_string: "CERTIFICATE"}
                        private_key: {inline_string: "VERY SECRET"}
                load_assignment: {cluster_name: a}
            """;

    @Test
    void showsTheSectionsInEnvoysOrderAndShape() {
        // When
        var sections = sections();

        // Then
        assertThat(sections)
                .extracting(section -> String.valueOf(section.get("@type")).replaceAll(".*[.]", ""))
                .containsExactly(
                        "BootstrapConfigDump",
                        "ClustersConfigDump",
                        "ListenersConfigDump",
                        "ScopedRoutesConfigDump",
                        "RoutesConfigDump",
                        "SecretsConfigDump");
        assertThat(sections.getFirst()).containsEntry("last_updated", "2026-11-23T01:01:20.271Z");
        assertThat(String.valueOf(sections.get(4)))
                .contains(
                        "static_route_configs=[{route_config={@type=type.googleapis.com/envoy.config.route.v3.RouteConfiguration,"
                                + " name=rc1, ",
                        "timeout=2.500s");
        assertThat(String.valueOf(sections.get(2)))
                .contains(
                        "typed_config={@type=type.googleapis.com/envoy.extensions", "port_value=0");
    }

    @Test
    void leavesSecretsOut() {
        // When
        String all = sections().toString();

        // Then
        assertThat(all)
                .contains(
                        "private_key={inline_string=[redacted]}",
                        "certificate_chain={inline_string=CERTIFICATE}",
                        "sni=example.com")
                .doesNotContain("VERY SECRET");
    }

    private static List<Map<String, Object>> sections() {
        var result = new ConfigFile(Map.of()).loadYaml("test.yaml", YAML);
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        return ((LoadResult.Loaded) result)
                .dump()
                .sections(Instant.parse("2026-11-23T01:01:20.271Z"), LiveResources.NONE);
    }
}
