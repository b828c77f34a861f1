package io.postern.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.Address;
import io.postern.config.model.Bootstrap;
import io.postern.config.source.Diagnostic;
import io.postern.config.source.Report;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    private static final Path MINIMAL = Path.of("examples/minimal.yaml");

    private final ConfigFile configFile = new ConfigFile(Map.of());

    @TempDir Path folder;

    @Test
    void theMinimalExampleLoadsWithoutWarnings() {
        // When
        var result = configFile.load(MINIMAL);

        // Then
        assertThat(result.errors()).isEmpty();
        assertThat(result.warnings()).isEmpty();
        assertThat(Report.text("x.yaml", result)).containsExactly("OK x.yaml");
    }

    @Test
    void anOverlayReplacesSingleFieldsAndAppendsToLists() {
        // Given
        var overlay =
                """
                admin: {address: {socket_address: {port_value: 9902}}}
                static_resources:
                  clusters: [{name: second, load_assignment: {cluster_name: second}}]
                """;

        // When
        var bootstrap = loaded(configFile.load(MINIMAL, overlay));

        // Then
        assertThat(Objects.requireNonNull(bootstrap.admin()).address())
                .isEqualTo(new Address.Socket("127.0.0.1", 9902));
        assertThat(bootstrap.clusters()).extracting("name").containsExactly("upstream", "second");
    }

    @Test
    void anErrorInAnOverlaidListHasThePlaceOfTheOverlay() {
        // Given
        var overlay =
                """
                static_resources:
                  clusters:
                  - name: upstream
                """;

        // When
        var error = onlyError(configFile.load(MINIMAL, overlay));

        // Then
        assertThat(error.place().toString()).isEqualTo("--config-yaml:3:5");
        assertThat(error.protoPath()).isEqualTo("static_resources.clusters[1].name");
    }

    @Test
    void anOverlayAloneIsAConfiguration() {
        var bootstrap = loaded(configFile.load(null, "node: {id: alone}"));

        assertThat(bootstrap.node().id()).isEqualTo("alone");
    }

    @ParameterizedTest
    @CsvSource({
        "a.pb_text, 'node {}',           protobuf text",
        "b.pb,      'x',                 protobuf text",
        "c.json,    'node: {id: x}',     not JSON",
        "d.conf,    '{\"node\": }',      not JSON",
        "e.yaml,    '{\"node\": ',       not YAML",
    })
    void aFileIsReadAsWhatItsNameAndContentSay(String name, String text, String problem)
            throws Exception {
        // Given
        var file = Files.writeString(folder.resolve(name), text);

        // When
        var error = onlyError(configFile.load(file));

        // Then
        assertThat(error.message()).contains(problem);
        assertThat(error.place().file()).isEqualTo(file.toString());
    }

    @Test
    void aFileThatIsNotThereOrNotUtf8IsAnError() throws Exception {
        var missing = onlyError(configFile.load(folder.resolve("none.yaml")));
        assertThat(missing.message()).isEqualTo("no such file");

        var latin1 = folder.resolve("latin1.yaml");
        Files.write(latin1, "node: {id: é}".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(onlyError(configFile.load(latin1)).message()).isEqualTo("not UTF-8");
    }

    @Test
    void theNumberOfErrorsIsBounded() {
        // Given
        var text = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            text.append("field").append(i).append(": x\n");
        }

        // When
        var errors = configFile.loadYaml("many.yaml", text.toString()).errors();

        // Then
        assertThat(errors).hasSize(101);
        assertThat(errors.getLast().message()).isEqualTo("and 900 more that are not shown");
    }

    @Test
    void aReportInJsonIsOneLineThatProgramsRead() {
        // When
        var result = configFile.loadYaml("a \"b\".yaml", "node: {id: 5}");

        // Then
        assertThat(Report.json("a \"b\".yaml", result))
                .containsExactly(
                        """
                        {"file": "a \\"b\\".yaml", "ok": false, "findings": [{"severity": "error", \
                        "file": "a \\"b\\".yaml", "line": 1, "column": 8, "path": "node.id", \
                        "message": "the number 5 (expected: a text)", \
                        "cure": "write \\"5\\" in quotes"}]}\
                        """);
    }

    @Test
    void aTableOfTenThousandRoutesIsTranslatedInSeconds() {
        // Given
        var yaml = new StringBuilder();
        var head =
                "route_config:\n            virtual_hosts: [{name: v, domains: ['*'], routes: [\n";
        yaml.append(
                """
                static_resources:
                  clusters: [{name: up}]
                  listeners:
                  - name: l
                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                    filter_chains:
                    - filters:
                      - name: hcm
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                          stat_prefix: x
                          http_filters: [{name: r, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
                """);
        yaml.append("          ").append(head);
        for (int i = 0; i < 10_000; i++) {
            yaml.append("            {match: {path: /")
                    .append(i)
                    .append("}, route: {cluster: up}},\n");
        }
        yaml.append("            ]}]\n");
        long start = System.nanoTime();

        // When
        var bootstrap = loaded(configFile.loadYaml("large.yaml", yaml.toString()));

        // Then
        var chain = bootstrap.listeners().getFirst().filterChains().getFirst();
        assertThat(chain.http().routes().virtualHosts().getFirst().routes()).hasSize(10_000);
        assertThat(System.nanoTime() - start).isLessThan(60_000_000_000L);
    }

    private static Bootstrap loaded(LoadResult result) {
        assertThat(result.errors()).isEmpty();
        return ((LoadResult.Loaded) result).bootstrap();
    }

    private static Diagnostic onlyError(LoadResult result) {
        assertThat(result.errors()).hasSize(1);
        return result.errors().getFirst();
    }
}
