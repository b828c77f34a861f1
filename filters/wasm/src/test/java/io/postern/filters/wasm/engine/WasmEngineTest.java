package io.postern.filters.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One compile per digest, and no more than the digest's own functions. */
class WasmEngineTest {
    private static byte[] resource(String name) throws IOException {
        try (var in = WasmEngineTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    @Test
    void aFileWithPreparedBytesIsReadAsThose(@TempDir Path directory) throws IOException {
        byte[] code = resource("/wat/memory_ops.wasm");
        byte[] other = code.clone();
        other[other.length - 1]++;
        Path same = Files.write(directory.resolve("same.wasm"), code);
        Path changed = Files.write(directory.resolve("changed.wasm"), other);
        Path longer = Files.write(directory.resolve("longer.wasm"), Arrays.copyOf(code, 99_999));
        var engine = new WasmEngine(null);
        engine.prepare(code);
        assertThat(engine.read(same)).isSameAs(code);
        assertThat(engine.read(changed)).isEqualTo(other);
        assertThat(engine.read(longer)).hasSize(99_999);
        engine.endPreparation();
        assertThat(engine.read(same)).isNotSameAs(code).isEqualTo(code);
    }

    @Test
    void theSameBytesAreCompiledOnce() throws IOException {
        var engine = new WasmEngine(null);
        CompiledModule first = engine.compile(resource("/wat/memory_ops.wasm"));
        assertThat(engine.compile(resource("/wat/memory_ops.wasm"))).isSameAs(first);
        assertThat(engine.compile(resource("/wat/no_abi.wasm"))).isNotSameAs(first);
        assertThat(first.digest()).hasSize(64);
        assertThat(first.interpretedFunctions()).isEmpty();
        assertThat(first.declaredMemoryBytes()).isEqualTo(65536);
    }
}
