package io.postern.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.app.cli.Command;
import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.config.source.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents show works as it is written there. The demo's lines: {@code DemoIT}. */
class DocumentsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\\n(.*?)^```");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final Pattern COMMAND = Pattern.compile("bin/postern ([\\w-]+)");

    /** Around the filters of a connection manager. */
    private static final String LISTENER =
            """
            static_resources:
              clusters:
              - {name: plugins, load_assignment: {cluster_name: plugins}}
              listeners:
              - name: main
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: main
                      route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, direct_response: {status: 200}}]}]}
            """;

    /** A block of YAML in a document. */
    record Block(Path document, int number, String yaml) {
        @Override
        public String toString() {
            return ROOT.relativize(document) + " block " + number;
        }

        /**
         * Whether another test runs it: LiveConfigurationIT what a subscription reads,
         * ControlPlaneIT files of the management server, IdentityIT the cluster of a node that
         * shows a certificate, DocsTest documents of Kubernetes' form.
         */
        boolean isRunElsewhere() {
            return Stream.of(
                            "version_info:",
                            "resources:",
                            "nodes:",
                            "apiVersion:",
                            "connect_timeout:")
                    .anyMatch(yaml::startsWith);
        }

        /** The whole configuration: some blocks show the filters of a connection manager only. */
        String configuration() {
            return yaml.startsWith("http_filters:") ? LISTENER + yaml.indent(10) : yaml;
        }
    }

    static Stream<Block> blocks() throws IOException {
        return documents().stream()
                .flatMap(document -> {
                    List<MatchResult> found = YAML.matcher(text(document)).results().toList();
                    return Stream.iterate(0, i -> i < found.size(), i -> i + 1)
                            .map(i -> new Block(document, i + 1, found.get(i).group(1)))
                            .filter(block -> !block.isRunElsewhere());
                });
    }

    static List<Path> documents() throws IOException {
        try (var guides = Files.walk(ROOT.resolve("docs"));
                var readme =
                        Stream.of(ROOT.resolve("README.md"), ROOT.resolve("loadtest/README.md"))) {
            return Stream.concat(readme, guides)
                    .filter(path -> path.toString().endsWith(".md"))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void everyConfigurationInADocumentIsAccepted(Block block) {
        // When
        LoadResult result =
                new ConfigFile(Map.of()).loadYaml(block.toString(), block.configuration());

        // Then
        assertThat(result)
                .as(() -> String.join("\n", Report.text(block.toString(), result)))
                .isInstanceOf(LoadResult.Loaded.class);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkToAFileLeadsToOne(Path document) {
        // When
        List<String> broken =
                LINK.matcher(text(document))
                        .results()
                        .map(link -> link.group(1))
                        .filter(target -> !Files.exists(document.resolveSibling(target)))
                        .toList();

        // Then
        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyCommandInADocumentExists(Path document) {
        assertThat(COMMAND.matcher(text(document)).results().map(match -> match.group(1)))
                .isSubsetOf(Main.commands().stream().map(Command::name).toList());
    }

    private static String text(Path document) {
        try {
            return Files.readString(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
