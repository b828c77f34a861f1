package io.postern.sdk;

import org.jspecify.annotations.Nullable;

/**
 * One event loop and what belongs to it. {@link #execute} may be called from any thread; everything
 * else only on the loop itself.
 */
public interface Worker {
    /** 0 to number of workers - 1. */
    int index();

    /** Runs {@code task} on the loop, soon. */
    void execute(Runnable task);

    /** Runs {@code task} on the loop after {@code delayNanos}. */
    Cancellable schedule(long delayNanos, Runnable task);

    /** Wall clock, nanoseconds since 1970. */
    long epochNanos();

    /** Monotonic clock in nanoseconds, for differences only. */
    long monotonicNanos();

    /** Counters, gauges and histograms as seen by this worker. */
    Metrics metrics();

    /** Whether a cluster of this name can be called now. */
    boolean hasCluster(String name);

    /**
     * Sends a request to a cluster (Envoy's AsyncClient). The answer, whatever it is, arrives on
     * this loop: an unreachable upstream as a 503 and a time-out as a 504 with Envoy's bodies.
     *
     * @param headers with {@code :method}, {@code :path} and {@code :authority}; copied
     * @param body copied by reference, do not change it
     * @param trailers copied; may be empty
     * @param timeoutNanos 0 for none
     * @return null when there is no such cluster
     */
    @Nullable Cancellable call(
            String cluster,
            HeaderMap headers,
            byte[] body,
            HeaderMap trailers,
            long timeoutNanos,
            CallListener listener);

    /**
     * Opens a request to a cluster that goes on in both directions. What happens is told later,
     * never during this call.
     *
     * @param headers with {@code :method}, {@code :path} and {@code :authority}; copied
     * @param timeoutNanos for the whole stream; 0 for none
     * @return null when there is no such cluster
     */
    default @Nullable ClientStream openStream(
            String cluster, HeaderMap headers, long timeoutNanos, ClientStream.Listener listener) {
        return null;
    }

    /**
     * Opens a byte stream to a host of a cluster. What happens is told later, never during this
     * call.
     *
     * @return null when there is no such cluster
     */
    default @Nullable RawConnection connect(String cluster, RawConnection.Listener listener) {
        return null;
    }

    /** The answer to a {@link #call}. */
    @FunctionalInterface
    interface CallListener {
        /**
         * Called once; {@code body} is valid inside the callback only. A response that broke off
         * after its head, or that is too long, comes without anything: {@code headers} are empty.
         */
        void onComplete(HeaderMap headers, Body body, HeaderMap trailers);
    }

    /** Something that can be called off; calling twice or too late does nothing. */
    @FunctionalInterface
    interface Cancellable {
        /** Calls it off. */
        void cancel();
    }
}
