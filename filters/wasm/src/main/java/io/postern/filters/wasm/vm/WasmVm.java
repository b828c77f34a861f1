package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.abi.AbiVersion;
import io.postern.filters.wasm.abi.ByteOutput;
import io.postern.filters.wasm.abi.CallContext;
import io.postern.filters.wasm.abi.ExpressionTable;
import io.postern.filters.wasm.abi.GuestHost;
import io.postern.filters.wasm.abi.MetricTable;
import io.postern.filters.wasm.abi.SharedData;
import io.postern.filters.wasm.abi.SharedQueues;
import io.postern.filters.wasm.abi.Status;
import io.postern.filters.wasm.engine.Deadline;
import io.postern.filters.wasm.engine.GuestInstance;
import io.postern.filters.wasm.engine.GuestMemory;
import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.sdk.SpanSink;
import io.postern.sdk.Worker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One running instance of a module with its contexts. Built and started on a control thread by
 * {@link VmStarter}, then confined to one worker's loop.
 *
 * <p>Every call of the guest goes through {@link #enter} and {@link #leave}: they say which context
 * host calls act on, and settle what the guest asked for when the outermost call has returned, as
 * Envoy does.
 */
final class WasmVm implements GuestHost {
    private final VmSpec spec;
    private final Environment surroundings;
    private final Deadline deadline;
    private final GuestLog guestLog;
    private final IdTable<Context> contexts = new IdTable<>(Context::id);
    private final List<RootContext> roots = new ArrayList<>();
    private final MetricTable metrics = new MetricTable();
    private final ExpressionTable expressions;
    private final ByteOutput scratch = new ByteOutput();
    private final CalloutIds callouts = new CalloutIds();
    private final ArrayDeque<Context> unsettled = new ArrayDeque<>();
    private final SharedData.Store sharedData;
    private final CallCount count = new CallCount();
    private @Nullable GuestInstance instance;
    private @Nullable Exports exports;
    private @Nullable Context current;
    private @Nullable Context effective;
    private @Nullable Worker worker;
    private @Nullable FailureListener failureListener;
    private boolean failed;
    private boolean closed;
    private boolean retired;
    private int lastContextId;

    /** Told when the instance has failed. */
    @FunctionalInterface
    interface FailureListener {
        /** {@code vm} must not be used for new streams any more. */
        void onVmFailed(WasmVm vm, GuestTrap trap);
    }

    WasmVm(VmSpec spec, Environment surroundings) {
        this.spec = spec;
        this.surroundings = surroundings;
        this.deadline = new Deadline(spec.startBudget(), true);
        this.guestLog = new GuestLog(surroundings.log(), deadline);
        this.expressions = new ExpressionTable(surroundings.expressions());
        this.sharedData = surroundings.sharedData().acquire(spec.vmId());
        surroundings.watchdog().watch(deadline);
    }

    // Starting, on a control thread: see VmStarter.

    GuestInstance instantiate() {
        var functions = trace().of(spec.functions());
        instance = spec.module().instantiate(functions, this, spec.maximumMemoryBytes(), deadline);
        return instance;
    }

    CallTrace trace() {
        return new CallTrace(surroundings.log(), spec.vmId());
    }

    void callable(Exports found) {
        exports = found;
    }

    RootContext addRoot(Plugin plugin) {
        var root = new RootContext(this, plugin, nextContextId());
        contexts.put(root);
        roots.add(root);
        return root;
    }

    /** From now on on the worker's loop, with the budget of a request. */
    void activate(Worker loop, List<Plugin> wanted, CallTime callTime, FailureListener listener) {
        worker = loop;
        failureListener = listener;
        callTime.applyTo(deadline);
        if (instance != null) {
            instance.limitHostCalls(spec.hostCalls());
        }
        metrics.bind(loop.metrics());
        for (RootContext root : List.copyOf(roots)) {
            if (wanted.contains(root.configured())) {
                root.activate(loop);
            } else {
                closeRoot(root.configured()); // it left while the machine was started
            }
        }
    }

    /** A plugin leaves while others stay. */
    void closeRoot(Plugin plugin) {
        RootContext root = root(plugin);
        if (root != null) {
            roots.remove(root);
            contexts.remove(root.id());
            root.close();
        }
    }

    // Contexts

    VmSpec spec() {
        return spec;
    }

    Environment surroundings() {
        return surroundings;
    }

    Exports exports() {
        if (exports == null) {
            throw new IllegalStateException("bug: called before the module was instantiated");
        }
        return exports;
    }

    /** The worker, or null while the machine starts. */
    @Nullable Worker worker() {
        return worker;
    }

    CalloutIds callouts() {
        return callouts;
    }

    @Nullable RootContext root(Plugin plugin) {
        for (RootContext root : roots) {
            if (root.configured() == plugin) {
                return root;
            }
        }
        return null;
    }

    int nextContextId() {
        do {
            lastContextId++;
        } while (lastContextId == 0 || contexts.get(lastContextId) != null);
        return lastContextId;
    }

    void add(Context context) {
        contexts.put(context);
    }

    void remove(Context context) {
        contexts.remove(context.id());
        if (retired && contexts.size() <= roots.size()) {
            close();
        }
    }

    // Calls

    boolean isFailed() {
        return failed;
    }

    /** Whether a guest call is running. */
    boolean isRunning() {
        return current != null;
    }

    /** Before a guest call on behalf of {@code context}; the result goes to {@link #leave}. */
    @Nullable Context enter(Context context) {
        Context before = current;
        current = context;
        effective = null;
        if (before == null) {
            count.begin(context.root().stats());
        }
        return before;
    }

    /** After a guest call, also a failed one. */
    void leave(@Nullable Context before) {
        current = before;
        effective = null;
        if (before != null) {
            return;
        }
        count.end(instance, failed);
        for (Context context = unsettled.poll(); context != null; context = unsettled.poll()) {
            context.settle();
        }
    }

    /** Has {@link Context#settle} called when the guest has returned. */
    void settleLater(Context context) {
        unsettled.add(context);
    }

    /** The guest has failed: nothing calls it any more, and streams that wait for it are ended. */
    void failed(GuestTrap trap) {
        if (failed) {
            return;
        }
        failed = true;
        surroundings.log().log(
                PluginLog.CRITICAL, logName(), "plugin failed: " + trap.getMessage());
        unsettled.clear();
        Context culprit = current;
        count.failed(trap.kind());
        if (failureListener != null) {
            failureListener.onVmFailed(this, trap);
        }
        for (Context context : contexts.all()) {
            context.onVmFailed(context == culprit);
        }
        close();
    }

    boolean isRetired() {
        return retired;
    }

    /** No new streams: closes when the last one has ended. */
    void retire() {
        retired = true;
        if (contexts.size() <= roots.size()) {
            close();
        }
    }

    private void close() {
        if (closed) {
            return;
        }
        closed = true;
        roots.forEach(RootContext::close);
        release();
    }

    /** Lets go of what is shared; the instance is garbage after that. */
    void release() {
        surroundings.watchdog().forget(deadline);
        surroundings.sharedData().release(spec.vmId());
    }

    // What host calls ask for

    @Override
    public AbiVersion abi() {
        return spec.abi();
    }

    @Override
    public GuestMemory memory() {
        if (instance == null) {
            throw new GuestTrap(GuestTrap.Kind.TRAP, "host call from the start section");
        }
        return instance.memory();
    }

    @Override
    public int allocate(int size) {
        return exports().allocate.call(size);
    }

    @Override
    public CallContext context() {
        Context context = effective == null ? current : effective;
        if (context == null) {
            throw new GuestTrap(GuestTrap.Kind.TRAP, "host call outside of a context");
        }
        return context;
    }

    @Override
    public boolean setEffectiveContext(int contextId) {
        Context wanted = contexts.get(contextId);
        // 0 is Envoy's context of the machine: back to the running one
        effective = contextId == 0 ? null : wanted == null ? effective : wanted;
        return wanted != null || contextId == 0;
    }

    @Override
    public int done() {
        return context() instanceof RootContext root ? root.done() : Status.NOT_FOUND;
    }

    @Override
    public ByteOutput scratch() {
        return scratch;
    }

    @Override
    public int logLevel() {
        return surroundings.log().level(logName());
    }

    @Override
    public void log(int level, byte[] message, int offset, int length) {
        guestLog.log(level, logName(), message, offset, length, monotonicNanos());
    }

    private String logName() {
        Context context = effective == null ? current : effective;
        return context == null ? spec.vmId() : context.root().configured().name();
    }

    @Override
    public long epochNanos() {
        return worker == null ? surroundings.clock().epochNanos() : worker.epochNanos();
    }

    @Override
    public long monotonicNanos() {
        return worker == null ? surroundings.clock().monotonicNanos() : worker.monotonicNanos();
    }

    @Override
    public RandomGenerator random() {
        return surroundings.random();
    }

    @Override
    public byte[] environment() {
        return spec.environment();
    }

    @Override
    public SpanSink spans() {
        return surroundings.spans();
    }

    @Override
    public String vmId() {
        return spec.vmId();
    }

    @Override
    public SharedData.Store sharedData() {
        return sharedData;
    }

    @Override
    public SharedQueues sharedQueues() {
        return surroundings.sharedQueues();
    }

    @Override
    public int registerQueue(String name) {
        RootContext root = ((Context) context()).root();
        return sharedQueues().register(spec.vmId(), name, root::onQueueReadyAnywhere);
    }

    @Override
    public MetricTable metrics() {
        return metrics;
    }

    @Override
    public ExpressionTable expressions() {
        return expressions;
    }
}
