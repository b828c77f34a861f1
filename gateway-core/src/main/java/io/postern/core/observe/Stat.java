package io.postern.core.observe;

/** A metric as it was read. */
public sealed interface Stat {
    /** Its name, with Envoy's dots. */
    String name();

    /** Whether anything was ever counted. */
    boolean isUsed();

    /** A number that only grows. */
    record Counter(String name, long value) implements Stat {
        @Override
        public boolean isUsed() {
            return value != 0;
        }
    }

    /** A number that goes up and down. */
    record Gauge(String name, long value) implements Stat {
        @Override
        public boolean isUsed() {
            return value != 0;
        }
    }

    /** A text, as it was said last. */
    record Text(String name, String value) implements Stat {
        @Override
        public boolean isUsed() {
            return !value.isEmpty();
        }
    }

    /** A distribution. */
    record Histogram(String name, BinCounts counts) implements Stat {
        @Override
        public boolean isUsed() {
            return counts.total() > 0;
        }
    }
}
