package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestMemory;
import io.postern.sdk.SpanSink;
import java.util.random.RandomGenerator;

/**
 * What host calls ask of the virtual machine they were called from. Confined to the thread that
 * runs the guest.
 */
public interface GuestHost {
    /** The ABI the module was built for. */
    AbiVersion abi();

    /** The guest's memory. */
    GuestMemory memory();

    /** Asks the guest for memory; 0 when it gives none. The guest runs: fetch arrays anew after. */
    int allocate(int size);

    /** The context that calls act on: the running one, or the one chosen as effective. */
    CallContext context();

    /** Makes calls act on another context until the guest returns; false when it is unknown. */
    boolean setEffectiveContext(int contextId);

    /** {@code proxy_done}: a root context that asked for time at its end has finished. */
    int done();

    /** Room to build a value in; good until the next call. */
    ByteOutput scratch();

    /** Lowest level that is logged: 0 trace … 5 critical. */
    int logLevel();

    /** Logs a message of the plugin; bytes are taken as UTF-8. */
    void log(int level, byte[] message, int offset, int length);

    /** Wall clock, nanoseconds since 1970. */
    long epochNanos();

    /** Monotonic clock in nanoseconds. */
    long monotonicNanos();

    /** Random bytes fit for keys. */
    RandomGenerator random();

    /** The environment as {@code NAME=value} strings, each ended by NUL. */
    byte[] environment();

    /** Where spans go. */
    SpanSink spans();

    /** Key of shared data and queues. */
    String vmId();

    /** Shared data of {@link #vmId}. */
    SharedData.Store sharedData();

    /** Shared queues of the process. */
    SharedQueues sharedQueues();

    /** Registers a queue whose readiness the current root context wants to hear of; its token. */
    int registerQueue(String name);

    /** The plugin's metrics. */
    MetricTable metrics();

    /** The expressions that the plugin has made. */
    ExpressionTable expressions();
}
