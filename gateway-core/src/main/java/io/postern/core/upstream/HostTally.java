package io.postern.core.upstream;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counters of one host. Every worker writes its own cells; readers on any thread add them up and
 * may see a value that is a moment old. Thread-safe.
 */
final class HostTally {
    /** What is counted, named as on Envoy's /clusters. */
    enum Count {
        CX_ACTIVE(0),
        CX_CONNECT_FAIL(1),
        CX_TOTAL(2),
        RQ_ACTIVE(3),
        RQ_ERROR(4),
        RQ_SUCCESS(5),
        RQ_TIMEOUT(6),
        RQ_TOTAL(7);

        private final int cell;

        Count(int cell) {
            this.cell = cell;
        }
    }

    private static final int COUNTS = Count.values().length;

    private final Cells[] workers;

    HostTally(int workers) {
        this.workers = new Cells[workers];
        for (int i = 0; i < workers; i++) {
            this.workers[i] = new Cells();
        }
    }

    Cells cells(int worker) {
        return workers[worker];
    }

    long sum(Count count) {
        long sum = 0;
        for (Cells cells : workers) {
            sum += cells.values.getOpaque(count.cell);
        }
        return sum;
    }

    /** One worker's counters: only that worker writes them. */
    static final class Cells {
        private final AtomicLongArray values = new AtomicLongArray(COUNTS);

        void add(Count count, int amount) {
            int index = count.cell;
            values.setOpaque(index, values.getPlain(index) + amount);
        }

        long get(Count count) {
            return values.getPlain(count.cell);
        }
    }
}
