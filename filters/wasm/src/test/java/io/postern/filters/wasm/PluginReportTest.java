package io.postern.filters.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.filters.wasm.engine.ModuleSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a module can be used, told before it is. */
class PluginReportTest {
    private static PluginReport report(String file) {
        return PluginReport.of(PluginHarness.bytes(file));
    }

    @Test
    void aPluginIsDescribed() {
        PluginReport report = report("plugins/http_headers.wasm");
        assertThat(report.problems()).isEmpty();
        assertThat(report.abi()).isEqualTo("0.2.1");
        assertThat(report.callbacks()).contains("proxy_on_request_headers");
        ModuleSummary module = report.module();
        assertThat(module.producers().get("processed-by"))
                .anyMatch(name -> name.startsWith("rustc "));
        assertThat(module.memoryBytes()).isPositive();
        assertThat(module.imports())
                .contains(new ModuleSummary.Imported("env", "proxy_log", "iii>i"));
        assertThat(module.sections())
                .anyMatch(section -> !section.kept() && section.name().equals("producers"));
    }

    @ParameterizedTest
    @CsvSource({
        "plugins/c_unknown_import.wasm, which is not offered",
        "wat/wrong_signature.wasm, which is not offered",
        "wat/no_abi.wasm, missing or unknown Proxy-Wasm ABI version",
        "wat/no_malloc.wasm, exports neither malloc nor proxy_on_memory_allocate",
        "wat/big_memory.wasm, expected: at most 134217728",
    })
    void whatWouldBeRefusedIsTold(String file, String problem) {
        assertThat(report(file).problems()).anySatisfy(told -> assertThat(told).contains(problem));
    }
}
