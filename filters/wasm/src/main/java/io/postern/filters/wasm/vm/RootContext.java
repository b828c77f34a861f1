package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.abi.BufferType;
import io.postern.filters.wasm.abi.Buffers;
import io.postern.filters.wasm.abi.GrpcCallouts;
import io.postern.filters.wasm.abi.MapType;
import io.postern.filters.wasm.abi.PluginIdentity;
import io.postern.filters.wasm.abi.RedisCallouts;
import io.postern.filters.wasm.abi.Status;
import io.postern.filters.wasm.abi.StreamType;
import io.postern.filters.wasm.engine.GuestFunction;
import io.postern.filters.wasm.engine.GuestInstance;
import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.sdk.Body;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.LoggedStream;
import io.postern.sdk.StreamInfo;
import io.postern.sdk.TraceContext;
import io.postern.sdk.Worker;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The context of a plugin itself: configuration, the answers of calls, and what has ended for an
 * access logger; ticks and queues are {@link BackgroundCalls}. Confined to the instance's thread.
 */
final class RootContext implements Context {
    private final WasmVm vm;
    private final Plugin plugin;
    private final int id;
    private final OutgoingCalls calls;
    private final GrpcTraffic grpc;
    private final RedisTraffic redis;
    private final BackgroundCalls background;
    private @Nullable PluginStats stats;
    private @Nullable LoggedStream logged;
    private final DeclaredProperties declared = new DeclaredProperties();
    private boolean configuring;
    private int statusCode;
    private byte[] statusMessage = {};
    private boolean doneAsked;
    private boolean closed;

    RootContext(WasmVm vm, Plugin plugin, int id) {
        this.vm = vm;
        this.plugin = plugin;
        this.id = id;
        this.calls = new OutgoingCalls(vm, this);
        this.grpc = new GrpcTraffic(vm, this);
        this.redis = new RedisTraffic(vm, this);
        this.background = new BackgroundCalls(vm, this);
    }

    Plugin configured() {
        return plugin;
    }

    /** What is counted; null while the machine starts. */
    @Nullable PluginStats stats() {
        return stats;
    }

    // Starting, on a control thread

    /** Runs the module's own start, so that what it logs and asks has a context. */
    void initialize(GuestInstance instance) {
        Context before = vm.enter(this);
        try {
            VmStarter.runStart(instance, vm.spec(), vm.trace());
        } finally {
            vm.leave(before);
        }
    }

    /** Runs {@code proxy_on_context_create}, {@code _on_vm_start} and {@code _on_configure}. */
    void start() {
        Exports exports = vm.exports();
        configuring = true;
        starting(exports.onContextCreate, 0);
        configuring = false;
        if (!accepted(exports.onVmStart, vm.spec().configuration().length)) {
            throw new GuestTrap(GuestTrap.Kind.EXIT, "proxy_on_vm_start returned false");
        }
        configuring = true;
        boolean configured = accepted(exports.onConfigure, plugin.configuration().length);
        configuring = false;
        if (!configured) {
            throw new GuestTrap(GuestTrap.Kind.EXIT, "proxy_on_configure returned false");
        }
    }

    private boolean accepted(@Nullable GuestFunction function, int size) {
        return function == null || starting(function, size) != 0;
    }

    private int starting(@Nullable GuestFunction function, int argument) {
        if (function == null) {
            return 0;
        }
        Context before = vm.enter(this);
        try {
            return function.call(id, argument);
        } finally {
            vm.leave(before);
        }
    }

    // Running, on the loop

    void activate(Worker worker) {
        stats = new PluginStats(worker, plugin);
        stats.memory(vm.memory().size());
        background.activate();
        calls.activate();
        grpc.activate();
        redis.activate();
    }

    @Override
    public void setTickPeriod(int millis) {
        background.tickEvery(millis);
    }

    /** A queue has data; on any thread. */
    void onQueueReadyAnywhere(int token) {
        background.onQueueReadyAnywhere(token);
    }

    /** Calls the guest; for rare callbacks, not for streams. */
    void run(Runnable guestCall) {
        if (vm.isFailed() || closed) {
            return;
        }
        Context before = vm.enter(this);
        try {
            guestCall.run();
        } catch (GuestTrap e) {
            vm.failed(e);
        } finally {
            vm.leave(before);
        }
    }

    /** Logs what has ended: the plugin is an access logger. */
    void log(LoggedStream stream) {
        GuestFunction onLog = vm.exports().onLog;
        if (onLog != null && !closed) {
            logged = stream;
            call(onLog);
            logged = null;
        }
    }

    int done() {
        if (!doneAsked) {
            return Status.NOT_FOUND;
        }
        doneAsked = false;
        vm.settleLater(this);
        return Status.OK;
    }

    @Override
    public void settle() {
        delete();
    }

    /** The plugin is not used any more. */
    void close() {
        background.close();
        calls.close();
        grpc.close();
        redis.close();
        if (!vm.isFailed()) {
            GuestFunction onDone = vm.exports().onDone;
            if (onDone == null || onDone.parameters() != 1 || finishes(onDone)) {
                delete();
            }
        }
        closed = true;
        if (stats != null) {
            stats.close();
            stats = null;
        }
    }

    private boolean finishes(GuestFunction onDone) {
        doneAsked = true;
        try {
            return ending(onDone) != 0;
        } catch (GuestTrap e) {
            return false;
        }
    }

    private void delete() {
        GuestFunction onDelete = vm.exports().onDelete;
        if (onDelete != null) {
            try {
                ending(onDelete);
            } catch (GuestTrap e) {
                vm.surroundings()
                        .log()
                        .log(PluginLog.ERROR, plugin.name(), "proxy_on_delete: " + e.getMessage());
            }
        }
    }

    private int ending(GuestFunction function) {
        Context before = vm.enter(this);
        try {
            return function.call(id);
        } finally {
            vm.leave(before);
        }
    }

    // What host calls ask for

    @Override
    public int id() {
        return id;
    }

    @Override
    public RootContext root() {
        return this;
    }

    @Override
    public WasmVm vm() {
        return vm;
    }

    @Override
    public void onVmFailed(boolean culprit) {
        // the machine ends its root contexts itself
    }

    @Override
    public PluginIdentity plugin() {
        return plugin.identity();
    }

    @Override
    public @Nullable HeaderMap readableMap(int type) {
        return switch (type) {
            case MapType.CALL_RESPONSE_HEADERS -> calls.headers();
            case MapType.CALL_RESPONSE_TRAILERS -> calls.trailers();
            case MapType.GRPC_INITIAL_METADATA -> grpc.initialMetadata();
            case MapType.GRPC_TRAILING_METADATA -> grpc.trailingMetadata();
            case MapType.REQUEST_HEADERS -> logged == null ? null : logged.requestHeaders();
            case MapType.RESPONSE_HEADERS -> logged == null ? null : logged.responseHeaders();
            case MapType.RESPONSE_TRAILERS -> logged == null ? null : logged.responseTrailers();
            default -> null;
        };
    }

    @Override
    public @Nullable HeaderMap writableMap(int type) {
        return null;
    }

    @Override
    public int responseStatus() {
        return 0;
    }

    @Override
    public boolean isLogging() {
        return logged != null;
    }

    @Override
    public @Nullable Body buffer(int type) {
        return switch (type) {
            case BufferType.VM_CONFIGURATION -> Buffers.of(vm.spec().configuration());
            case BufferType.PLUGIN_CONFIGURATION ->
                    configuring ? Buffers.of(plugin.configuration()) : null;
            case BufferType.CALL_RESPONSE_BODY -> calls.body();
            case BufferType.GRPC_MESSAGE -> Buffers.orEmpty(grpc.message());
            case BufferType.REDIS_REPLY -> redis.reply();
            case BufferType.REQUEST_BODY,
                    BufferType.RESPONSE_BODY,
                    BufferType.DOWNSTREAM_DATA,
                    BufferType.UPSTREAM_DATA,
                    BufferType.CALL_DATA ->
                    Buffers.EMPTY;
            default -> null;
        };
    }

    @Override
    public @Nullable StreamInfo streamInfo() {
        return logged == null ? null : logged.streamInfo();
    }

    @Override
    public @Nullable TraceContext trace() {
        return null;
    }

    @Override
    public void clearRouteCache() {}

    @Override
    public int continueStream(int type) {
        // As in Envoy: there is nothing to go on with.
        return type == StreamType.UPSTREAM ? Status.UNIMPLEMENTED : Status.OK;
    }

    @Override
    public int closeStream(int type) {
        return Status.OK;
    }

    @Override
    public void sendLocalReply(LocalReply reply) {}

    @Override
    public int statusCode() {
        return statusCode;
    }

    @Override
    public byte[] statusMessage() {
        return statusMessage;
    }

    /** What {@code proxy_get_status} answers from now on. */
    void status(int code, String message) {
        statusCode = code;
        statusMessage = message.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int declareProperty(String name, boolean readOnly) {
        return declared.add(name, readOnly);
    }

    @Override
    public boolean isReadOnly(String name) {
        return declared.isReadOnly(name);
    }

    @Override
    public GrpcCallouts grpc() {
        return grpc;
    }

    @Override
    public RedisCallouts redis() {
        return redis;
    }

    @Override
    public int httpCall(
            String cluster, HeaderMap headers, byte[] body, HeaderMap trailers, int timeoutMillis) {
        return closed
                ? -Status.INTERNAL_FAILURE
                : calls.send(cluster, headers, body, trailers, timeoutMillis);
    }
}
