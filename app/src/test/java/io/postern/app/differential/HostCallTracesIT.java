package io.postern.app.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.app.differential.Reply.Fault;
import io.postern.app.differential.Request.Protocol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
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
                "plugin-auth",
                "plugin-rate-limit"
            })
    void callsAreThoseThatEnvoyMakes(String file) throws IOException, InterruptedException {
        // Given
        var found = new EnvoyBinary(System.getenv(), workspace.target().resolve("envoy")).find();
        if (!(found instanceof EnvoyBinary.Found.At(Path binary))) {
            System.out.println("host call traces: SKIPPED, NOTHING WAS COMPARED: " + found);
            Assumptions.abort("no Envoy to compare with: " + found);
            throw new IllegalStateException("bug: abort returns");
        }
        List<Case> cases =
                new CaseFiles(workspace.resources())
                        .cases().stream()
                                .filter(each -> each.file().equals(file) && isWhole(each))
                                .toList();
        assertThat(cases).isNotEmpty();

        // When
        List<List<String>> envoy = traces(Launcher.envoy("envoy", binary), cases);
        List<List<String>> postern = traces(Launcher.classPath("io.postern.app.Main"), cases);

        // Then
        assertThat(envoy).hasSizeGreaterThanOrEqualTo(cases.size());
        for (int i = 0; i < envoy.size() && i < postern.size(); i++) {
            assertThat(postern.get(i)).as("stream %d of %s", i + 1, file).isEqualTo(envoy.get(i));
        }
        assertThat(postern).hasSameSizeAs(envoy);
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

    private List<List<String>> traces(Launcher launcher, List<Case> cases)
            throws IOException, InterruptedException {
        Launcher tracing = launcher.logging("wasm:trace");
        Case any = cases.getFirst();
        try (Rig rig = Rig.start(tracing, workspace, any, new Ports(new Random()))) {
            for (Case each : cases) {
                var _ = rig.send(each);
            }
        }
        return HostCallTrace.streams(
                workspace.scratch(any.file()).resolve(tracing.name() + ".log"));
    }
}
