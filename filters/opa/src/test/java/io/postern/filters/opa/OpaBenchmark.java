package io.postern.filters.opa;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.testkit.FakeWorker;
import io.postern.sdk.testkit.FilterStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a decision costs: CPU time and bytes allocated per request through the whole filter, with a
 * head as a browser sends it. Arguments: bundle, entrypoint, cache directory. Run by hand, on a
 * quiet machine, with the launcher's flags:
 *
 * <pre>java -XX:-DontCompileHugeMethods -XX:-ClipInlining -cp … io.postern.filters.opa.OpaBenchmark
 * </pre>
 */
public final class OpaBenchmark {
    private static final int ROUNDS = 12;
    private static final int PER_ROUND = 20_000;

    private OpaBenchmark() {}

    /** Prints one line per round; the last ones count. */
    public static void main(String[] arguments) {
        String bundle = arguments.length > 0 ? arguments[0] : "roles";
        String entrypoint = arguments.length > 1 ? arguments[1] : "roles/allow";
        Path cache = arguments.length > 2 ? Path.of(arguments[2]) : null;
        long start = System.nanoTime();
        var loaded = new Policies(cache).load(Policies.spec(bundle, entrypoint));
        System.out.printf(Locale.ROOT, "load %d ms%n", (System.nanoTime() - start) / 1_000_000);
        var worker = new FakeWorker();
        var filters = loaded.forWorker(worker);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int round = 0; round < ROUNDS; round++) {
            var stream = new FilterStream(worker, filters);
            var head = head();
            stream.request(head, true);
            long cpu = threads.getCurrentThreadCpuTime();
            long bytes = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < PER_ROUND; i++) {
                filters.newFilter(stream).onRequestHeaders(head, true);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%.2f us, %d bytes per decision%n",
                    (threads.getCurrentThreadCpuTime() - cpu) / 1e3 / PER_ROUND,
                    (threads.getCurrentThreadAllocatedBytes() - bytes) / PER_ROUND);
        }
        loaded.close();
    }

    private static HeaderMap head() {
        return HeaderMap.of(
                ":method",
                "GET",
                ":path",
                "/api/v1/products?page=2",
                ":authority",
                "shop.example",
                ":scheme",
                "https",
                "user-agent",
                "Mozilla/5.0 (X11; Linux x86_64)",
                "accept",
                "application/json",
                "accept-encoding",
                "gzip, br",
                "accept-language",
                "de,en;q=0.5",
                "x-request-id",
                "7d1e5a50-0000-4000-8000-000000000000",
                "x-forwarded-proto",
                "https",
                "x-forwarded-for",
                "192.0.2.7",
                "x-role",
                "reader");
    }
}
