package io.postern.xds.server.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.source.Severity;
import io.postern.xds.resources.GroupResources;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.resources.rollout.RolloutBook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files with Envoy resources that are no good: what is said, and that nothing else suffers. */
class RawDocumentsTest {
    private static final String TYPE = "\"@type\": type.googleapis.com/envoy.config.";
    private static final String SHOP =
            "resources:\n- {" + TYPE + "cluster.v3.Cluster, name: shop, connect_timeout: 1s}\n";
    private static final String OTHER = SHOP.replace("shop", "other");

    @TempDir Path folder = Path.of("");

    private Documents documents() throws IOException {
        return Documents.open(
                new Documents.Parts(
                        folder.resolve("documents"),
                        folder.resolve("shelf"),
                        Map.of(),
                        _ -> new PluginSource.Failed("resolve", "there are no plugins", ""),
                        () -> {},
                        null,
                        Clock.systemUTC()),
                List.of());
    }

    @BeforeEach
    void writeWhatIsGood() throws IOException {
        Files.createDirectory(folder.resolve("documents"));
        write("good.yaml", SHOP);
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve("documents").resolve(file), text);
    }

    private static List<String> served(Documents.Reading reading) {
        return reading.groups().stream().map(RawDocumentsTest::text).toList();
    }

    private static String text(GroupResources group) {
        return group.name() + ": " + group.resources().toString().replaceAll("\\s+", " ");
    }

    private static String errors(Documents.Reading reading, String file) {
        return String.join(
                "\n",
                reading.findings().getOrDefault(file, List.of()).stream()
                        .filter(one -> one.severity() == Severity.ERROR)
                        .map(one -> one.place() + ": " + one.message() + " " + one.cure())
                        .toList());
    }

    static Stream<Arguments> badDocuments() {
        String routes =
                "resources:\n- {"
                        + TYPE
                        + "route.v3.RouteConfiguration, name: routes, virtual_hosts: [{name: all,"
                        + " domains: [\"*\"], routes: [%s]}]}\n";
        return Stream.of(
                bad("broken", "resources: [", 1, ""),
                bad("of another kind", "static_resources: {clusters: []}", 1, "static_resources"),
                bad("a list", "- a\n- b\n", 1, "expected: a map with 'resources'"),
                bad("no resource", resources("type.v3.Percent, value: 1"), 2, "that xDS delivers"),
                bad("of no type", "resources:\n- {name: a}\n", 2, "@type"),
                bad("without a name", OTHER.replace("name: other, ", ""), 2, "has no name"),
                bad("twice in itself", OTHER + OTHER.substring(11), 3, "in this document twice"),
                bad("colliding", SHOP.replace("1s", "2s"), 2, "is also at good.yaml:2"),
                bad("unknown field", OTHER.replace("connect", "konnect"), 2, "konnect_timeout"),
                bad(
                        "of a wrong value",
                        OTHER.replace("1s", "[1]"),
                        2,
                        "expected: a text such as 5s"),
                bad(
                        "contradictory",
                        routes.formatted(
                                "{match: {prefix: /, path: /}, direct_response: {status: 200}}"),
                        2,
                        "path"),
                bad("huge", OTHER + "#".repeat(17 << 20), 0, "larger than"));
    }

    private static String resources(String one) {
        return "resources:\n- {\"@type\": type.googleapis.com/envoy." + one + "}\n";
    }

    private static Arguments bad(String name, String text, int line, String said) {
        return Arguments.of(name, text, line, said);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badDocuments")
    void aBadDocumentIsToldWithItsPlaceAndWhatWasServedStays(
            String name, String text, int line, String said) throws IOException {
        // Given one that is bad from the beginning
        write("worse.yaml", text);
        Documents documents = documents();
        Documents.Reading first = documents.read(RolloutBook.EMPTY);
        assertThat(errors(first, "worse.yaml"))
                .as(name)
                .contains(line > 0 ? "worse.yaml:" + line + ":" : "worse.yaml", said);
        assertThat(served(first)).singleElement().asString().startsWith("good.yaml: ");
        assertThat(errors(first, "good.yaml")).isEmpty();
        // When it becomes good, and bad again
        write("worse.yaml", OTHER);
        List<String> both = served(documents.read(RolloutBook.EMPTY));
        write("worse.yaml", text);
        Documents.Reading last = documents.read(RolloutBook.EMPTY);
        // Then its last good version stays
        assertThat(both).hasSize(2);
        assertThat(served(last)).isEqualTo(both);
        assertThat(errors(last, "worse.yaml")).isEqualTo(errors(first, "worse.yaml"));
    }

    @Test
    void aDocumentThatGoesWhileOthersReferToItIsToldWhereItIsMissed() throws IOException {
        String listener =
                "resources:\n- {"
                        + TYPE
                        + "listener.v3.Listener, name: main, address: {socket_address: {address:"
                        + " 127.0.0.1, port_value: 0}}, filter_chains: [{filters: [{name: http,"
                        + " typed_config: {\"@type\": type.googleapis.com/envoy.extensions.filters."
                        + "network.http_connection_manager.v3.HttpConnectionManager, stat_prefix: a,"
                        + " rds: {route_config_name: routes, config_source: {resource_api_version:"
                        + " V3, ads: {}}}, http_filters: [{name: router, typed_config: {\"@type\":"
                        + " type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]}}]}]}\n";
        write("listener.yaml", listener);
        write("routes.yaml", resources("config.route.v3.RouteConfiguration, name: routes"));
        Documents documents = documents();
        assertThat(served(documents.read(RolloutBook.EMPTY))).hasSize(3);
        // When
        Files.delete(folder.resolve("documents/routes.yaml"));
        Documents.Reading reading = documents.read(RolloutBook.EMPTY);
        // Then
        assertThat(errors(reading, "listener.yaml"))
                .contains("listener.yaml:2:", "'routes', which no document has for these nodes");
        assertThat(errors(reading, "good.yaml")).isEmpty();
        assertThat(served(reading)).anyMatch(group -> group.startsWith("good.yaml: "));
    }
}
