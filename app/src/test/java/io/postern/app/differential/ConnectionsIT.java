package io.postern.app.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Network filters on connections: the same callbacks with the same numbers, and the same bytes on
 * both sides, from Envoy and from Postern.
 */
class ConnectionsIT {
    private final Workspace workspace = Workspace.find();

    @TestFactory
    List<DynamicTest> posternCallsNetworkFiltersAsEnvoyDoes()
            throws IOException, InterruptedException {
        return tests(
                Launcher.classPath("io.postern.app.Main"),
                scripts().stream().map(ConnectionScript::ours).toList());
    }

    @TestFactory
    List<DynamicTest> envoyDoesWhatIsExpected() throws IOException, InterruptedException {
        var found = new EnvoyBinary(System.getenv(), workspace.target().resolve("envoy")).find();
        if (!(found instanceof EnvoyBinary.Found.At(Path binary))) {
            Assumptions.abort("no Envoy to compare with: " + found);
            throw new IllegalStateException("bug: abort returns");
        }
        List<String> command = new ArrayList<>(Launcher.envoy("envoy", binary).command());
        command.addAll(List.of("--component-log-level", "wasm:info"));
        return tests(new Launcher("envoy", command), scripts());
    }

    private List<ConnectionScript> scripts() throws IOException {
        return ConnectionScript.read(workspace.resources().resolve("connections.txt"));
    }

    private List<DynamicTest> tests(Launcher launcher, List<ConnectionScript> scripts)
            throws IOException, InterruptedException {
        Path module = workspace.plugins().resolve("network.wasm");
        Map<ConnectionScript, String> seen = new LinkedHashMap<>();
        try (var rig =
                new ConnectionRig(launcher, module, scripts, workspace.scratch("connections"))) {
            for (ConnectionScript script : scripts) {
                seen.put(script, rig.run(script));
            }
        }
        return scripts.stream()
                .map(script ->
                        DynamicTest.dynamicTest(
                                script.name(), () -> assertThat(seen.get(script)).isEmpty()))
                .toList();
    }
}
