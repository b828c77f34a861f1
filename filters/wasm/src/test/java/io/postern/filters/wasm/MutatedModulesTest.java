package io.postern.filters.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.sdk.FilterLoadException;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.FilterStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Modules with random damage, the same ones each time: they are refused with a reason, or run and
 * fail within their bounds. Another number with {@code -Dmutations=N}, others with {@code
 * -Dseed=N}.
 */
class MutatedModulesTest {
    private static final int MUTATIONS = Integer.getInteger("mutations", 10_000);
    private static final long SEED = Long.getLong("seed", 42);
    private static final int MOST_CHANGES = 3;
    private static final int HEADER = 8;
    private static final List<byte[]> ORIGINALS =
            List.of(
                    PluginHarness.bytes("wat/hostile.wasm"),
                    PluginHarness.bytes("wat/attacks.wasm"),
                    PluginHarness.bytes("wat/late_edits.wasm"),
                    PluginHarness.bytes("wat/callouts.wasm"),
                    PluginHarness.bytes("plugins/c_raw_headers.wasm"),
                    PluginHarness.bytes("plugins/c_env_wasi.wasm"));

    private final PluginHarness harness =
            new PluginHarness(
                    Runnable::run,
                    null,
                    new WasmLimits(
                            4 * 1024 * 1024,
                            Duration.ofMillis(20),
                            Duration.ofMillis(20),
                            1_000_000));

    private int refused;
    private int run;

    @Test
    void nothingButARefusalOrATrapComesOfADamagedModule() {
        harness.level = 5;
        var random = new Random(SEED);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] module = mutated(ORIGINALS.get(i % ORIGINALS.size()), random);
            try {
                tryOut(module);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("mutation " + i + " of seed " + SEED, e);
            }
        }
        assertThat(refused).isGreaterThan(MUTATIONS / 4);
        assertThat(run).isGreaterThan(MUTATIONS / 20);
    }

    private void tryOut(byte[] module) {
        WorkerFilter filter;
        try {
            filter = harness.start(PluginHarness.spec(module, "", "h", FailurePolicy.FAIL_OPEN));
        } catch (FilterLoadException e) {
            assertThat(e).hasMessageStartingWith("Unable to create Wasm plugin test-plugin: ");
            refused++;
            return;
        }
        var stream = harness.stream(filter);
        stream.request(FilterStream.get("/"), true);
        stream.end();
        filter.close();
        harness.worker.runTasks();
        run++;
    }

    private static byte[] mutated(byte[] original, Random random) {
        byte[] module = original.clone();
        for (int i = 1 + random.nextInt(MOST_CHANGES); i > 0; i--) {
            int at = HEADER + random.nextInt(module.length - HEADER);
            module =
                    switch (random.nextInt(8)) {
                        case 0 -> Arrays.copyOf(module, at + 1);
                        case 1 -> without(module, at);
                        case 2 -> twice(module, at);
                        case 3 -> changed(module, at, (byte) (module[at] ^ 1 << random.nextInt(8)));
                        case 4 -> changed(module, at, (byte) 0xff);
                        case 5 -> changed(module, at, (byte) random.nextInt(5));
                        default -> changed(module, at, (byte) random.nextInt(256));
                    };
        }
        return module;
    }

    private static byte[] changed(byte[] module, int at, byte value) {
        module[at] = value;
        return module;
    }

    private static byte[] without(byte[] module, int at) {
        if (module.length <= HEADER + 1) {
            return module;
        }
        byte[] shorter = Arrays.copyOf(module, module.length - 1);
        System.arraycopy(module, at + 1, shorter, at, module.length - at - 1);
        return shorter;
    }

    private static byte[] twice(byte[] module, int at) {
        byte[] longer = Arrays.copyOf(module, module.length + 1);
        System.arraycopy(module, at, longer, at + 1, module.length - at);
        return longer;
    }
}
