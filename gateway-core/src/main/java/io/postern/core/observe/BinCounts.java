package io.postern.core.observe;

import java.util.Arrays;

/** A distribution as it was read. Thread-safe: nobody changes it. */
public final class BinCounts {
    private final long[] counts;
    private final long sum;
    private final long total;

    private BinCounts(long[] counts, long sum) {
        this.counts = counts;
        this.sum = sum;
        this.total = Arrays.stream(counts).sum();
    }

    static BinCounts sum(Bins... byWriter) {
        long[] counts = new long[0];
        long sum = 0;
        for (Bins bins : byWriter) {
            long[] ofWriter = bins.counts();
            counts = Arrays.copyOf(counts, Math.max(counts.length, ofWriter.length));
            for (int i = 0; i < ofWriter.length; i++) {
                counts[i] += (long) Cells.CELL.getOpaque(ofWriter, i);
            }
            sum += bins.sum();
        }
        return new BinCounts(counts, sum);
    }

    /** Number of samples. */
    public long total() {
        return total;
    }

    /** Sum of all samples. */
    public long sum() {
        return sum;
    }

    /** Number of samples up to {@code limit}. */
    public long upTo(double limit) {
        long found = 0;
        for (int bin = 0; bin < counts.length; bin++) {
            long lowest = Bins.lowest(bin);
            boolean whole = bin < 100 ? lowest <= limit : Bins.lowest(bin + 1) <= limit;
            if (whole) {
                found += counts[bin];
            }
        }
        return found;
    }

    /** The value below which this share of the samples lies; within a bin they lie evenly. */
    public double quantile(double share) {
        double wanted = share * total;
        double before = 0;
        double last = Double.NaN;
        for (int bin = 0; bin < counts.length; bin++) {
            if (counts[bin] == 0) {
                continue;
            }
            double lowest = Bins.lowest(bin);
            double width = bin == 0 ? 0 : bin < 10 ? 0.1 : Bins.lowest(bin + 1) - lowest;
            if (before + counts[bin] >= wanted) {
                return lowest + width * (wanted - before) / counts[bin];
            }
            before += counts[bin];
            last = lowest + width;
        }
        return last;
    }
}
