package io.postern.filters.wasm.abi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.filters.wasm.engine.Deadline;
import io.postern.filters.wasm.engine.GuestMemory;
import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.filters.wasm.engine.HostFunctions;
import io.postern.filters.wasm.engine.WasmEngine;
import io.postern.filters.wasm.expr.Expressions;
import io.postern.sdk.Body;
import io.postern.sdk.FilterScope;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.SpanSink;
import io.postern.sdk.StreamInfo;
import io.postern.sdk.TraceContext;
import io.postern.sdk.testkit.ArrayBody;
import io.postern.sdk.testkit.FakeStreamInfo;
import io.postern.sdk.testkit.FakeWorker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a guest passes, a host call answers with a status. */
class HostCallFuzzTest {
    private static final int PAGE = 65536;
    private static final int[] INTERESTING = {
        0,
        1,
        2,
        3,
        7,
        8,
        9,
        200,
        503,
        1024,
        PAGE - 4,
        PAGE - 1,
        PAGE,
        PAGE + 1,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        -1,
        -4,
        -PAGE
    };
    private static final Set<String> ENDING = Set.of("proc_exit", "abort");

    private final HostFunctions<GuestHost> functions = Abi.functions();
    private final Host host = new Host();

    @Test
    void noArgumentsMakeAHostCallThrow() {
        var random = new Random(5);
        var args = new long[12];
        for (var function : functions.all()) {
            for (int i = 0; i < 3000; i++) {
                for (int at = 0; at < args.length; at++) {
                    args[at] =
                            random.nextInt(3) == 0
                                    ? random.nextInt(PAGE)
                                    : INTERESTING[random.nextInt(INTERESTING.length)];
                }
                if (ENDING.contains(function.name())) {
                    continue;
                }
                int status = function.body().call(host, args);
                assertThat(status).as(function.name()).isBetween(0, 76);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "proxy_log, 2, 65536, 1",
        "proxy_log, 2, -1, 1",
        "proxy_log, 2, 1, -1",
        "proxy_get_header_map_value, 0, 65530, 7",
        "proxy_add_header_map_value, 0, -4, 4",
        "proxy_get_property, 65530, 7, 0",
        "proxy_set_shared_data, 65536, 1, 0",
        "proxy_define_metric, 0, 2147483647, 2147483647",
        "proxy_get_header_map_pairs, 0, 65534, 0",
        "proxy_set_header_map_pairs, 0, 65535, 2",
        "proxy_call_foreign_function, -1, 8, 0",
        "proxy_get_current_time_nanoseconds, 65529, 0, 0",
        "proxy_http_call, 65536, 4, 0",
        "proxy_send_local_response, 200, 65536, 1",
    })
    void aBogusPointerIsAnInvalidMemoryAccess(String name, int a, int b, int c) {
        var args = new long[12];
        args[0] = a;
        args[1] = b;
        args[2] = c;
        var function = Objects.requireNonNull(functions.find("env", name));
        assertThat(function.body().call(host, args)).isEqualTo(Status.INVALID_MEMORY_ACCESS);
    }

    /** A machine with one page of memory, whose allocator gives the same place every time. */
    private static final class Host implements GuestHost, CallContext {
        private final GuestMemory memory = memory("/wat/memory_ops.wasm");
        private final HeaderMap map = HeaderMap.of(":path", "/", "a", "b", "a", "c");
        private final ArrayBody body = ArrayBody.of("some bytes");
        private final MetricTable metrics = new MetricTable();
        private final ExpressionTable expressions = new ExpressionTable(Expressions::new);
        private final ByteOutput scratch = new ByteOutput();
        private final SharedData data = new SharedData();
        private final SharedData.Store store = data.acquire("");
        private final SharedQueues queues = new SharedQueues();
        private final FakeStreamInfo info = new FakeStreamInfo();

        Host() {
            metrics.bind(new FakeWorker().metrics());
        }

        private static GuestMemory memory(String module) {
            try (var in = HostCallFuzzTest.class.getResourceAsStream(module)) {
                byte[] wasm = Objects.requireNonNull(in).readAllBytes();
                var deadline = new Deadline(Duration.ofSeconds(5), false);
                return new WasmEngine(null)
                        .compile(wasm)
                        .instantiate(new HostFunctions<>(), "", PAGE * 4, deadline)
                        .memory();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public AbiVersion abi() {
            return AbiVersion.V0_2_1;
        }

        @Override
        public GuestMemory memory() {
            return memory;
        }

        @Override
        public int allocate(int size) {
            return size > 32 * 1024 ? PAGE : 16 * 1024;
        }

        @Override
        public CallContext context() {
            return this;
        }

        @Override
        public boolean setEffectiveContext(int contextId) {
            return contextId == 1;
        }

        @Override
        public int done() {
            return Status.NOT_FOUND;
        }

        @Override
        public ByteOutput scratch() {
            return scratch;
        }

        @Override
        public int logLevel() {
            return 0;
        }

        @Override
        public void log(int level, byte[] message, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, message.length);
        }

        @Override
        public long epochNanos() {
            return 1;
        }

        @Override
        public long monotonicNanos() {
            return 1;
        }

        @Override
        public RandomGenerator random() {
            return new SplittableRandom(1);
        }

        @Override
        public byte[] environment() {
            return new byte[] {'A', '=', 'b', 0};
        }

        @Override
        public SpanSink spans() {
            return SpanSink.NONE;
        }

        @Override
        public String vmId() {
            return "";
        }

        @Override
        public SharedData.Store sharedData() {
            return store;
        }

        @Override
        public SharedQueues sharedQueues() {
            return queues;
        }

        @Override
        public int registerQueue(String name) {
            return queues.register("", name, token -> {});
        }

        @Override
        public MetricTable metrics() {
            return metrics;
        }

        @Override
        public ExpressionTable expressions() {
            return expressions;
        }

        @Override
        public PluginIdentity plugin() {
            return new PluginIdentity("p", "r", "v", new FilterScope("", "", "n", "c", true));
        }

        @Override
        public HeaderMap readableMap(int type) {
            return map;
        }

        @Override
        public HeaderMap writableMap(int type) {
            if (map.size() > 50) {
                map.clear();
            }
            return map;
        }

        @Override
        public int responseStatus() {
            return 0;
        }

        @Override
        public boolean isLogging() {
            return false;
        }

        @Override
        public Body buffer(int type) {
            return type == BufferType.VM_CONFIGURATION || body.length() > PAGE
                    ? Buffers.of(new byte[9])
                    : body;
        }

        @Override
        public StreamInfo streamInfo() {
            return info;
        }

        @Override
        public TraceContext trace() {
            return new TraceContext(1, 2, 3, true);
        }

        @Override
        public void clearRouteCache() {}

        @Override
        public int continueStream(int type) {
            return Status.OK;
        }

        @Override
        public int closeStream(int type) {
            return Status.OK;
        }

        @Override
        public void sendLocalReply(LocalReply reply) {}

        @Override
        public void setTickPeriod(int millis) {
            assertThat(millis).isNotNegative();
        }

        @Override
        public int statusCode() {
            return 0;
        }

        @Override
        public byte[] statusMessage() {
            return new byte[0];
        }

        @Override
        public int declareProperty(String name, boolean readOnly) {
            return Status.OK;
        }

        @Override
        public boolean isReadOnly(String name) {
            return false;
        }

        @Override
        public GrpcCallouts grpc() {
            return new GrpcCallouts() {
                @Override
                public int call(Request request, byte[] message, int timeoutMillis) {
                    return -Status.BAD_ARGUMENT;
                }

                @Override
                public int stream(Request request) {
                    return 6;
                }

                @Override
                public int send(int token, byte[] message, boolean endOfStream) {
                    return Status.OK;
                }

                @Override
                public int close(int token) {
                    return Status.OK;
                }

                @Override
                public int cancel(int token) {
                    return Status.NOT_FOUND;
                }
            };
        }

        @Override
        public RedisCallouts redis() {
            return new RedisCallouts() {
                @Override
                public int init(String target, String user, String password, int timeoutMillis) {
                    return Status.OK;
                }

                @Override
                public int call(String target, byte[] query) {
                    return 7;
                }
            };
        }

        @Override
        public int httpCall(
                String cluster, HeaderMap headers, byte[] body, HeaderMap trailers, int timeout) {
            return -Status.BAD_ARGUMENT;
        }
    }

    @Test
    void exitAndAbortEndTheGuest() {
        for (String name : ENDING) {
            String module = name.equals("abort") ? "env" : "wasi_unstable";
            var function = Objects.requireNonNull(functions.find(module, name));
            assertThatThrownBy(() -> function.body().call(host, new long[4]))
                    .isInstanceOf(GuestTrap.class);
        }
    }
}
