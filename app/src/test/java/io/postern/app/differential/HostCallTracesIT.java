package io.postern.app.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.app.differential.Reply.Fault;
import io.postern.app.differential.Request.Protocol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Plugins are called as Envoy calls them, and what they call returns the same: the wasm logs of
 * both proxies at level trace, for the requests of the differential test.
 */
class HostCallTracesIT {
    private final Workspace workspace = Workspace.find();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wasm-http-headers",
                "wasm-http-body",
                "wasm-http-config",
                "wasm-add-header",
                "wasm-c",
                "wasm-hostcalls",
                "wasm-late-edits",
                "wasm-expressions",
                "wasm-properties",
                "wasm-grpc",
                "wasm-steps",
                "plugin-auth",
                "plugin-rate-limit"
            })
    void callsAreThoseThatEnvoyMakes(String file) throws IOException, InterruptedException {
        // Given
        Path binary = envoy();
        List<Case> cases = cases(file);

        // When
        var envoy = trace(Launcher.envoy("envoy", binary), cases);
        var postern = trace(Launcher.classPath("io.postern.app.Main"), cases);

        // Then
        assertThat(envoy.streams()).hasSizeGreaterThanOrEqualTo(cases.size());
        assertSame(postern.streams(), envoy.streams(), file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wasm-chain", "wasm-steps"})
    void filtersOfAChainTakeTurnsAsInEnvoy(String file) throws IOException, InterruptedException {
        // Given
        Path binary = envoy();
        List<Case> cases = cases(file);

        // When
        var envoy = trace(Launcher.envoy("envoy", binary), cases);
        var postern = trace(Launcher.classPath("io.postern.app.Main"), cases);

        // Then
        assertThat(envoy.order()).hasSizeGreaterThanOrEqualTo(3 * cases.size());
        assertThat(postern.order()).isEqualTo(envoy.order());
    }

    @Test
    void connectionsAreWhatTheyAreInEnvoy() throws IOException, InterruptedException {
        // Given
        Path binary = envoy();
        List<ConnectionScript> scripts =
                ConnectionScript.read(workspace.resources().resolve("connections.txt")).stream()
                        .filter(script -> script.equals(script.ours()) && script.isWhole())
                        .toList();

        // When
        var envoy = connections(Launcher.envoy("envoy", binary), scripts);
        var postern = connections(Launcher.classPath("io.postern.app.Main"), scripts);

        // Then
        assertThat(envoy.streams()).hasSizeGreaterThanOrEqualTo(scripts.size());
        assertSame(postern.streams(), envoy.streams(), "connections");
        assertThat(postern.order()).isEqualTo(envoy.order());
    }

    private static void assertSame(
            List<List<String>> postern, List<List<String>> envoy, String of) {
        for (int i = 0; i < envoy.size() && i < postern.size(); i++) {
            assertThat(postern.get(i)).as("stream %d of %s", i + 1, of).isEqualTo(envoy.get(i));
        }
        assertThat(postern).hasSameSizeAs(envoy);
    }

    private Path envoy() throws IOException, InterruptedException {
        var found = new EnvoyBinary(System.getenv(), workspace.target().resolve("envoy")).find();
        if (found instanceof EnvoyBinary.Found.At(Path binary)) {
            return binary;
        }
        System.out.println("host call traces: SKIPPED, NOTHING WAS COMPARED: " + found);
        Assumptions.abort("no Envoy to compare with: " + found);
        throw new IllegalStateException("bug: abort returns");
    }

    private List<Case> cases(String file) throws IOException {
        List<Case> cases =
                new CaseFiles(workspace.resources())
                        .cases().stream()
                                .filter(each -> each.file().equals(file) && isWhole(each))
                                .toList();
        assertThat(cases).isNotEmpty();
        return cases;
    }

    // Where an end breaks off, time decides what a plugin is still told.
    private static boolean isWhole(Case each) {
        return each.request().protocol() == Protocol.HTTP1
                && each.overlooked().isEmpty()
                && each.replies().stream().allMatch(reply -> isWhole(each, reply));
    }

    // A response's transfer-encoding is a header that Envoy's plugins see and ours do not.
    private static boolean isWhole(Case each, Reply reply) {
        boolean overHttp2 =
                each.file().equals("wasm-grpc") || each.request().path().startsWith("/h2/");
        return reply.fault() == Fault.NONE
                && (overHttp2 || (!reply.chunked() && reply.trailers().isEmpty()))
                && reply.raw().text().isEmpty()
                && reply.delay().isZero();
    }

    private HostCallTrace trace(Launcher launcher, List<Case> cases)
            throws IOException, InterruptedException {
        Launcher tracing = launcher.logging("wasm:trace");
        Case any = cases.getFirst();
        try (Rig rig = Rig.start(tracing, workspace, any, new Ports(new Random()))) {
            for (Case each : cases) {
                var _ = rig.send(each);
            }
        }
        return trace(any.file(), tracing);
    }

    private HostCallTrace connections(Launcher launcher, List<ConnectionScript> scripts)
            throws IOException, InterruptedException {
        Launcher tracing = launcher.logging("wasm:trace");
        Path module = workspace.plugins().resolve("network.wasm");
        Path scratch = workspace.scratch("connections");
        try (var rig = new ConnectionRig(tracing, module, scripts, scratch)) {
            for (ConnectionScript script : scripts) {
                assertThat(rig.run(script)).as(script.name()).isEmpty();
            }
        }
        return trace("connections", tracing);
    }

    private HostCallTrace trace(String file, Launcher tracing) throws IOException {
        return HostCallTrace.of(workspace.scratch(file).resolve(tracing.name() + ".log"));
    }
}
