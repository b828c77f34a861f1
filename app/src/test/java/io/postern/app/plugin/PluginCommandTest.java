package io.postern.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.app.cli.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code postern plugin inspect} prints, and its status. */
class PluginCommandTest {
    private static final Path EMPTY = Path.of("empty.wasm");

    @TempDir Path directory = Path.of("");

    private final StringWriter printed = new StringWriter();

    private int run(byte[] file, String... more) throws IOException, InterruptedException {
        Path path = Files.write(directory.resolve(EMPTY), file);
        var words = new java.util.ArrayList<>(List.of("inspect", path.toString()));
        words.addAll(List.of(more));
        return run(words);
    }

    private int run(List<String> rest) throws IOException, InterruptedException {
        var words = new java.util.ArrayList<>(List.of("plugin"));
        words.addAll(rest);
        var program =
                new Program(
                        "postern",
                        "",
                        () -> "",
                        List.<io.postern.app.cli.Command>of(new PluginCommand()));
        var out = new PrintWriter(printed, true);
        return program.run(words, out, out);
    }

    private static byte[] emptyModule() {
        return new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0};
    }

    @Test
    void aModuleThatIsNoPluginIsToldWithEverythingThatIsMissing() throws Exception {
        assertThat(run(emptyModule())).isEqualTo(1);
        assertThat(printed.toString())
                .contains(
                        "sha256",
                        "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476")
                .contains("missing or unknown Proxy-Wasm ABI version")
                .contains("exports neither malloc nor proxy_on_memory_allocate")
                .contains("has no memory of its own");
    }

    @Test
    void programsGetOneObjectForEachFile() throws Exception {
        assertThat(run(emptyModule(), "--format", "json")).isEqualTo(1);
        assertThat(printed.toString())
                .contains("\"ok\": false")
                .contains("\"abi\": null")
                .contains("\"imports\": []");
    }

    @Test
    void whatIsNoModuleIsAnError() throws Exception {
        assertThat(run(new byte[] {1, 2, 3})).isEqualTo(1);
        assertThat(printed.toString()).startsWith("ERROR ").contains("is no valid WebAssembly");
    }

    @Test
    void whatIsPushedIntoALayoutIsInspectedThereByItsTag() throws Exception {
        Path module = Files.write(directory.resolve(EMPTY), emptyModule());
        String layout = "oci-layout://" + directory.resolve("plugins");
        List<String> push = List.of("push", module.toString(), layout + ":1.0", "--force");
        assertThat(run(push)).isZero();
        assertThat(printed.toString()).startsWith("OK " + layout + ":1.0@sha256:");
        // When
        assertThat(run(List.of("inspect", layout + ":1.0"))).isEqualTo(1); // it is no plugin
        // Then
        assertThat(printed.toString())
                .contains(
                        "digest       sha256:", "93a44bbb96c751218e4c00d479e4c14358122a389acca162");
        assertThat(run(List.of("inspect", layout + ":2.0"))).isEqualTo(1);
        assertThat(printed.toString()).contains("ERROR " + layout + ":2.0: resolve: ");
        // What Postern cannot use is not pushed without being asked twice
        assertThat(run(push.subList(0, 3))).isEqualTo(1);
        assertThat(printed.toString()).contains("missing or unknown Proxy-Wasm ABI version");
    }
}
