package io.postern.filters.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.config.model.DataSource;
import io.postern.config.model.WasmSpec;
import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.sdk.FilterLoadException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A plugin that cannot work stops the start and says why. */
class LoadFailuresTest {
    private final PluginHarness harness = new PluginHarness();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plugins/c_unknown_import.wasm | the module imports the unknown function env.proxy_not_a_real_call",
                "plugins/c_trap_init.wasm | Trapped on unreachable instruction",
                "wat/no_abi.wasm | missing or unknown Proxy-Wasm ABI version",
                "wat/no_malloc.wasm | the module exports neither malloc nor proxy_on_memory_allocate",
                "wat/big_memory.wasm | the module declares 134283264 bytes of memory (expected: at most 134217728)",
                "wat/wrong_signature.wasm | the module imports env.proxy_log as ii>i (expected: iii>i)",
            })
    void namesThePluginAndTheReason(String file, String reason) {
        var spec = PluginHarness.spec(file, "", "", FailurePolicy.FAIL_OPEN);
        assertThatThrownBy(() -> harness.start(spec))
                .isInstanceOf(FilterLoadException.class)
                .hasMessageStartingWith("Unable to create Wasm plugin test-plugin: " + reason);
    }

    @Test
    void refusesBytesThatAreNoModule() {
        var spec = PluginHarness.spec(new byte[] {1, 2, 3, 4}, "", "", FailurePolicy.FAIL_CLOSED);
        assertThatThrownBy(() -> harness.start(spec))
                .isInstanceOf(FilterLoadException.class)
                .hasMessageContaining("the module is no valid WebAssembly module");
    }

    @Test
    void refusesAFileThatIsNotThere() {
        var vm =
                new WasmSpec.Vm(
                        "",
                        new WasmSpec.Code.Local(new DataSource.LocalFile("/no/such.wasm")),
                        new byte[0],
                        Map.of());
        var spec =
                new WasmSpec(
                        "p",
                        "",
                        vm,
                        new byte[0],
                        FailurePolicy.FAIL_CLOSED,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        false,
                        List.of(),
                        io.postern.config.model.WasmLimits.DEFAULT);
        assertThatThrownBy(() -> harness.factory.load(spec, PluginHarness.SCOPE))
                .isInstanceOf(FilterLoadException.class)
                .hasMessage("Invalid path: /no/such.wasm");
    }

    @Test
    void acceptsTheDialectWithItsRedisCalls() {
        assertThat(harness.start(PluginHarness.spec("wat/dialect.wasm", ""))).isNotNull();
    }
}
