package io.postern.sdk;

/**
 * Named metrics, shown on the admin server's /stats. Looking one up may lock and allocate: do it
 * when a filter is loaded. Using one does neither, and is confined to the worker it came from.
 */
public interface Metrics {
    /** A number that only grows. */
    Counter counter(String name);

    /** A number that goes up and down. */
    Gauge gauge(String name);

    /** A distribution of non-negative numbers. */
    Histogram histogram(String name);

    /** Says a text, shown as it was said last: Envoy's text readout. For control work. */
    default void text(String name, String value) {}

    /** See {@link Metrics#counter}. */
    interface Counter {
        /** Adds {@code amount}, 0 or more. */
        void add(long amount);

        /** Sum over all workers. */
        long value();
    }

    /** See {@link Metrics#gauge}. */
    interface Gauge {
        /** Adds {@code amount}, which may be negative. */
        void add(long amount);

        /** Makes the sum over all workers {@code value}. */
        void set(long value);

        /** Sum over all workers. */
        long value();
    }

    /** See {@link Metrics#histogram}. */
    interface Histogram {
        /** Records one sample. */
        void record(long value);
    }
}
