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
        var words = new java.util.ArrayList<>(List.of("plugin", "inspect", path.toString()));
        words.addAll(List.of(more));
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
}
