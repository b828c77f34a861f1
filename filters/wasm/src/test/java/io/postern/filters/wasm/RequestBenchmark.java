package io.postern.filters.wasm;

import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.filters.wasm.vm.PluginLog;
import io.postern.sdk.Body;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.StreamInfo;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.FakeStreamInfo;
import io.postern.sdk.testkit.FilterStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin adds to one request without a body: a main to be run by hand. Arguments: module
 * file, root id, configuration, seconds, directory of the class cache (optional). Prints CPU time
 * and bytes allocated per request.
 */
final class RequestBenchmark {
    private static final int BATCH = Integer.getInteger("batch", 2000);

    private RequestBenchmark() {}

    /** See the class. */
    public static void main(String[] args) throws Exception {
        long start = System.nanoTime();
        Path cache = args.length > 4 ? Path.of(args[4]) : null;
        var harness = new PluginHarness(Runnable::run, cache);
        harness.level = PluginLog.CRITICAL;
        byte[] code = Files.readAllBytes(Path.of(args[0]));
        var spec = PluginHarness.spec(code, args[1], args[2], FailurePolicy.FAIL_CLOSED);
        WorkerFilter filter = harness.start(spec);
        var process =
                (com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean();
        System.out.printf(
                "ready after %.0f ms, the process has used %.0f ms of CPU%n",
                (System.nanoTime() - start) / 1e6, process.getProcessCpuTime() / 1e6);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Thread.sleep(Long.getLong("wait", 0));
        long end = System.nanoTime() + Long.parseLong(args[3]) * 1_000_000_000L;
        var stream = new Stream(harness.worker);
        double best = Double.MAX_VALUE;
        while (System.nanoTime() < end) {
            long cpu = threads.getCurrentThreadCpuTime();
            long bytes = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < BATCH; i++) {
                stream.run(filter);
            }
            double each = (threads.getCurrentThreadCpuTime() - cpu) / (double) BATCH;
            long allocated = (threads.getCurrentThreadAllocatedBytes() - bytes) / BATCH;
            if (each < best || Boolean.getBoolean("all")) {
                best = Math.min(best, each);
                System.out.printf(
                        "%.0f ns, %d bytes per request; all threads so far %.0f ms%n",
                        each, allocated, process.getProcessCpuTime() / 1e6);
            }
        }
    }

    /** A stream that is used over and over and does nothing itself. */
    private static final class Stream implements FilterCallbacks {
        private static final HeaderMap REQUEST =
                FilterStream.get(
                        "/x",
                        "user-agent",
                        "curl/8",
                        "accept",
                        "*/*",
                        "x-request-id",
                        "9f3a6c1e-0d5b-4b8f-a0c7-1f2e3d4c5b6a",
                        "x-forwarded-proto",
                        "http");
        private static final HeaderMap RESPONSE =
                HeaderMap.of(
                        ":status",
                        "200",
                        "content-length",
                        "64",
                        "content-type",
                        "text/plain",
                        "date",
                        "Sun, 22 Nov 2026 20:49:28 GMT",
                        "server",
                        "nginx");
        private final HeaderMap request = new HeaderMap();
        private final HeaderMap response = new HeaderMap();
        private final StreamInfo info = new FakeStreamInfo();
        private final Worker worker;

        Stream(Worker worker) {
            this.worker = worker;
        }

        void run(WorkerFilter factory) {
            request.copyFrom(REQUEST);
            response.copyFrom(RESPONSE);
            Filter filter = factory.newFilter(this);
            filter.onRequestHeaders(request, true);
            filter.onResponseHeaders(response, false);
            filter.onLog();
            filter.onDestroy();
        }

        @Override
        public HeaderMap requestHeaders() {
            return request;
        }

        @Override
        public @Nullable HeaderMap requestTrailers() {
            return null;
        }

        @Override
        public HeaderMap responseHeaders() {
            return response;
        }

        @Override
        public @Nullable HeaderMap responseTrailers() {
            return null;
        }

        @Override
        public @Nullable Body requestBody() {
            return null;
        }

        @Override
        public @Nullable Body responseBody() {
            return null;
        }

        @Override
        public void resumeRequest() {}

        @Override
        public void resumeResponse() {}

        @Override
        public void sendLocalReply(LocalReply reply) {
            throw new IllegalStateException("unexpected reply " + reply.status());
        }

        @Override
        public void resetStream() {}

        @Override
        public void clearRouteCache() {}

        @Override
        public StreamInfo streamInfo() {
            return info;
        }

        @Override
        public Worker worker() {
            return worker;
        }
    }
}
