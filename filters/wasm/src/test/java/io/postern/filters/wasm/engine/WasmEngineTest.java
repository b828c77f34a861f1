package io.postern.filters.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** One compile per digest, and no more than the digest's own functions. */
class WasmEngineTest {
    private static byte[] resource(String name) throws IOException {
        try (var in = WasmEngineTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in).readAllBytes();
        }
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
