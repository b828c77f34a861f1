package io.postern.core.observe;

import io.postern.sdk.Metrics;

/** One metric with the cells of all its writers. */
sealed interface Metric {
    MetricKind kind();

    Stat read(String name);

    void reset();

    /** A counter or gauge. */
    final class Scalar implements Metric {
        private final MetricKind kind;
        private final Cells cells;
        private final int cell;
        private volatile long base; // what reset took away

        Scalar(MetricKind kind, Cells cells, int cell) {
            this.kind = kind;
            this.cells = cells;
            this.cell = cell;
        }

        @Override
        public MetricKind kind() {
            return kind;
        }

        @Override
        public Stat read(String name) {
            return kind == MetricKind.COUNTER
                    ? new Stat.Counter(name, sum())
                    : new Stat.Gauge(name, sum());
        }

        @Override
        public void reset() {
            if (kind == MetricKind.COUNTER) {
                base = cells.sum(cell);
            }
        }

        Metrics.Counter counter(int writer, boolean shared) {
            return new Handle(this, writer, shared);
        }

        Metrics.Gauge gauge(int writer, boolean shared) {
            return new Handle(this, writer, shared);
        }

        long sum() {
            return cells.sum(cell) - base;
        }
    }

    /** One writer's side of a number. */
    final class Handle implements Metrics.Counter, Metrics.Gauge {
        private final Scalar scalar;
        private final long[] chunk;
        private final int offset;
        private final boolean shared;

        Handle(Scalar scalar, int writer, boolean shared) {
            this.scalar = scalar;
            this.chunk = scalar.cells.chunk(scalar.cell, writer);
            this.offset = Cells.offset(scalar.cell);
            this.shared = shared;
        }

        @Override
        public void add(long amount) {
            if (shared) {
                Cells.CELL.getAndAdd(chunk, offset, amount);
            } else {
                Cells.CELL.setOpaque(chunk, offset, chunk[offset] + amount);
            }
        }

        @Override
        public void set(long value) {
            add(value - scalar.sum());
        }

        @Override
        public long value() {
            return scalar.sum();
        }
    }

    /** A histogram. */
    final class Distribution implements Metric {
        private final Bins[] byWriter;

        Distribution(int writers) {
            byWriter = new Bins[writers];
            for (int i = 0; i < writers; i++) {
                byWriter[i] = new Bins();
            }
        }

        @Override
        public MetricKind kind() {
            return MetricKind.HISTOGRAM;
        }

        @Override
        public Stat read(String name) {
            return new Stat.Histogram(name, BinCounts.sum(byWriter));
        }

        @Override
        public void reset() {}

        Metrics.Histogram histogram(int writer, boolean shared) {
            Bins bins = byWriter[writer];
            if (!shared) {
                return bins::record;
            }
            return value -> {
                synchronized (bins) {
                    bins.record(value);
                }
            };
        }
    }
}
