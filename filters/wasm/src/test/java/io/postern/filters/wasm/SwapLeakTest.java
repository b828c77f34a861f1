package io.postern.filters.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.FilterStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** New versions of a plugin, one after the other: what the old ones took is given back. */
class SwapLeakTest {
    private static final int SWAPS = 200;
    private static final int WARM = 40;
    private static final long SLACK_BYTES = 3 * 1024 * 1024;
    private static final byte[] PLUGIN = PluginHarness.bytes("plugins/http_config.wasm");

    private final PluginHarness harness = new PluginHarness(Runnable::run);

    /** The same code under another digest: with a custom section named by the number. */
    private static byte[] version(int number) {
        byte[] name = String.valueOf(number).getBytes(StandardCharsets.UTF_8);
        byte[] module = Arrays.copyOf(PLUGIN, PLUGIN.length + 3 + name.length);
        module[PLUGIN.length + 1] = (byte) (name.length + 1); // behind the section's number, 0
        module[PLUGIN.length + 2] = (byte) name.length;
        System.arraycopy(name, 0, module, PLUGIN.length + 3, name.length);
        return module;
    }

    private WorkerFilter start(int number) {
        return harness.start(
                PluginHarness.spec(version(number), "", "c" + number, FailurePolicy.FAIL_CLOSED));
    }

    @Test
    void theOldVersionEndsItsStreamsAndThenNothingIsLeftOfIt() {
        WorkerFilter current = start(0);
        long heap = 0;
        long metaspace = 0;
        for (int i = 1; i <= SWAPS; i++) {
            FilterStream stream = harness.stream(current);
            stream.request(FilterStream.get("/"), true);

            // When
            WorkerFilter next = start(i);
            current.close();
            current = next;

            // Then the stream ends in the version in which it began
            var head = HeaderMap.of(":status", "200");
            assertThat(stream.response(head, true)).isEqualTo(FilterStatus.CONTINUE);
            assertThat(head.toString()).contains("c" + (i - 1));
            stream.end();
            harness.worker.runTasks();
            if (i == WARM) {
                heap = heap();
                metaspace = metaspace();
            }
        }
        assertThat(heap() - heap).isLessThan(SLACK_BYTES);
        assertThat(metaspace() - metaspace).isLessThan(SLACK_BYTES);
        current.close();
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long metaspace() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("Metaspace"))
                .map(MemoryPoolMXBean::getUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }
}
