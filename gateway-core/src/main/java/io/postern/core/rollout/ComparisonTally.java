package io.postern.core.rollout;

import io.postern.core.rollout.RolloutReading.Comparison;
import io.postern.sdk.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** What shadows did otherwise, by worker, and the first few of it in words. Thread-safe. */
final class ComparisonTally {
    private static final int MOST_EXAMPLES = 8;

    /** What came of one comparison. */
    enum Outcome {
        SAME(0),
        UNDECIDED(1),
        DECISION(2),
        STATUS(3),
        REQUEST_HEADERS(4),
        RESPONSE_HEADERS(5);

        /** Where it is counted. */
        final int cell;

        Outcome(int cell) {
            this.cell = cell;
        }

        /** Whether something was done otherwise. */
        boolean isDifference() {
            return this != SAME && this != UNDECIDED;
        }
    }

    private final AtomicLongArray[] workers;
    private final AtomicReferenceArray<String> examples = new AtomicReferenceArray<>(MOST_EXAMPLES);
    private final AtomicInteger told = new AtomicInteger();

    ComparisonTally(int workers) {
        this.workers = new AtomicLongArray[workers];
        for (int i = 0; i < workers; i++) {
            this.workers[i] = new AtomicLongArray(Outcome.values().length);
        }
    }

    /** On the loop of {@code worker}. */
    void add(int worker, Outcome outcome) {
        AtomicLongArray own = workers[worker];
        own.setOpaque(outcome.cell, own.getPlain(outcome.cell) + 1);
    }

    boolean wantsExamples() {
        return told.get() < MOST_EXAMPLES;
    }

    void example(String text) {
        int at = told.getAndIncrement();
        if (at < MOST_EXAMPLES) {
            examples.set(at, text);
        }
    }

    Comparison read() {
        // each once: exchanges end meanwhile, and no more may differ than are compared
        long decision = sum(Outcome.DECISION);
        long status = sum(Outcome.STATUS);
        long requestHeaders = sum(Outcome.REQUEST_HEADERS);
        long responseHeaders = sum(Outcome.RESPONSE_HEADERS);
        long compared = sum(Outcome.SAME) + decision + status + requestHeaders + responseHeaders;
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < MOST_EXAMPLES; i++) {
            String text = examples.get(i);
            if (text != null) {
                texts.add(text);
            }
        }
        return new Comparison(
                compared,
                sum(Outcome.UNDECIDED),
                decision,
                status,
                requestHeaders,
                responseHeaders,
                texts);
    }

    private long sum(Outcome outcome) {
        long sum = 0;
        for (AtomicLongArray worker : workers) {
            sum += worker.getOpaque(outcome.cell);
        }
        return sum;
    }

    /** The same numbers among the gateway's statistics. */
    static Metrics.Counter[] shown(Metrics metrics, String start) {
        var counters = new Metrics.Counter[Outcome.values().length];
        for (Outcome outcome : Outcome.values()) {
            String name = start + outcome.name().toLowerCase(Locale.ROOT);
            counters[outcome.cell] = metrics.counter(name);
        }
        return counters;
    }
}
