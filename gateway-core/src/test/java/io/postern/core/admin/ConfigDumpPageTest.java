package io.postern.core.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.config.model.Bootstrap;
import io.postern.core.upstream.ClusterView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigDumpPageTest {
    private static final String ADMIN = "type.googleapis.com/envoy.admin.v3.";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "resource=bootstrap|400|bootstrap is not a repeated field. Use ?mask=bootstrap to get only this field",
                "resource=nothing|404|nothing not found in config dump",
                "resource=static_endpoint_configs|404|static_endpoint_configs not found in config dump",
                "name_regex=(|400|INVALID_ARGUMENT: Error while parsing name_regex from (:",
                "resource=static_clusters&mask=nope|400|could not be successfully used.",
                "resource=dynamic_active_clusters|200|{}",
            })
    void answersAsEnvoyWhereThereIsNothingToShow(String query, int status, String text) {
        // When
        Reply reply = answer(query);

        // Then
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.body()).contains(text);
    }

    @Test
    void showsTheElementsOfOneList() {
        // When
        String body = answer("resource=static_clusters&name_regex=%5Eb").body();

        // Then
        assertThat(body)
                .isEqualTo(
                        """
                        {
                         "configs": [
                          {
                           "@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump.StaticCluster",
                           "cluster": {
                            "@type": "c",
                            "name": "b",
                            "connect_timeout": "1s"
                           },
                           "last_updated": "now"
                          }
                         ]
                        }
                        """);
    }

    @Test
    void keepsOnlyWhatTheMaskNames() {
        // When
        String elements = answer("resource=static_clusters&mask=cluster.name").body();
        String sections = answer("mask=bootstrap.node.id").body();

        // Then
        assertThat(elements)
                .contains("\"name\": \"a\"", "\"name\": \"b\"", "\"@type\": \"c\"")
                .doesNotContain("connect_timeout", "last_updated");
        assertThat(sections)
                .contains("BootstrapConfigDump", "\"id\": \"n1\"")
                .doesNotContain("ClustersConfigDump", "last_updated", "\"cluster\"");
    }

    @Test
    void namesTakeNothingFromTheBootstrap() {
        // When
        String body = answer("name_regex=%5Ea%24").body();

        // Then
        assertThat(body).contains("n1", "\"name\": \"a\"").doesNotContain("\"name\": \"b\"");
    }

    @Test
    void endpointsComeWhenAsked() {
        assertThat(answer("include_eds").body()).contains("EndpointsConfigDump");
        assertThat(answer("").body()).doesNotContain("EndpointsConfigDump");
    }

    @Test
    void endpointsOfDeliveredClustersAreDynamicAndNamedAsTheyWereDelivered() {
        // Given
        Map<String, Object> delivered = cluster("d");
        delivered.put(
                "cluster",
                Map.of("name", "d", "eds_cluster_config", Map.of("service_name", "service-of-d")));
        Map<String, Object> section = new LinkedHashMap<>();
        section.put("dynamic_active_clusters", List.of(delivered));
        ClusterView fixed = view("a");
        // When
        String body =
                ConfigDumpPage.answer(
                                List.of(section),
                                List.of(fixed, view("d").delivered()),
                                Query.parse("include_eds&resource=dynamic_endpoint_configs"))
                        .body();
        // Then
        assertThat(body)
                .contains("EndpointsConfigDump.DynamicEndpointConfig", "service-of-d")
                .doesNotContain("\"a\"");
    }

    private static ClusterView view(String name) {
        Bootstrap loaded =
                ((LoadResult.Loaded)
                                new ConfigFile(Map.of())
                                        .loadYaml(
                                                "test",
                                                "static_resources: {clusters: [{name: c,"
                                                        + " load_assignment: {cluster_name: c}}]}"))
                        .bootstrap();
        return new ClusterView(
                name, name, loaded.clusters().getFirst(), false, Map.of(), List.of());
    }

    private static Reply answer(String query) {
        return ConfigDumpPage.answer(sections(), List.of(), Query.parse(query));
    }

    private static List<Map<String, Object>> sections() {
        Map<String, Object> bootstrap = new LinkedHashMap<>();
        bootstrap.put("@type", ADMIN + "BootstrapConfigDump");
        bootstrap.put("bootstrap", Map.of("node", Map.of("id", "n1", "cluster", "c1")));
        bootstrap.put("last_updated", "now");
        Map<String, Object> clusters = new LinkedHashMap<>();
        clusters.put("@type", ADMIN + "ClustersConfigDump");
        clusters.put("static_clusters", List.of(cluster("a"), cluster("b")));
        return new ArrayList<>(List.of(bootstrap, clusters));
    }

    private static Map<String, Object> cluster(String name) {
        Map<String, Object> cluster = new LinkedHashMap<>();
        cluster.put("@type", "c");
        cluster.put("name", name);
        cluster.put("connect_timeout", "1s");
        Map<String, Object> element = new LinkedHashMap<>();
        element.put("cluster", cluster);
        element.put("last_updated", "now");
        return element;
    }
}
