package io.postern.core.observe;

import java.util.Arrays;
import java.util.Map;

/**
 * Counts samples by their first two decimal digits, as Envoy's histograms do: the error is under 5
 * per cent, the memory a few kilobytes however many samples come. One writer; readers see counts a
 * moment old.
 */
public final class Bins {
    private static final int MOST_DIGITS = 18;
    private static final int START = 64;

    private volatile long[] counts = new long[START];
    private volatile long sum;

    /** Number of the bin of a value: 0 to 99 for themselves, then 90 for each further digit. */
    static int binOf(long value) {
        long rest = Math.max(0, value);
        int digits = 2;
        while (rest >= 100) {
            rest /= 10;
            digits++;
        }
        return digits == 2
                ? (int) rest
                : (int) (100 + (Math.min(digits, MOST_DIGITS) - 3) * 90L + rest - 10);
    }

    /** The smallest value of a bin. */
    static long lowest(int bin) {
        if (bin < 100) {
            return bin;
        }
        long value = (bin - 100L) % 90 + 10;
        for (int digits = (bin - 100) / 90 + 3; digits > 2; digits--) {
            value *= 10;
        }
        return value;
    }

    /** Counts one sample; negative ones as 0. */
    public void record(long value) {
        int bin = binOf(value);
        long[] current = counts;
        if (bin >= current.length) {
            current = Arrays.copyOf(current, Math.max(bin + 1, current.length * 2));
            counts = current;
        }
        Cells.CELL.setOpaque(current, bin, current[bin] + 1);
        setSum(sum + Math.max(0, value));
    }

    // one writer: nothing is lost between reading and writing
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void setSum(long value) {
        sum = value;
    }

    /** Adds the counts to those in {@code byLowest}, by the lowest value of their bin. */
    public void addTo(Map<Long, Long> byLowest) {
        long[] current = counts;
        for (int bin = 0; bin < current.length; bin++) {
            long count = (long) Cells.CELL.getOpaque(current, bin);
            if (count != 0) {
                byLowest.merge(lowest(bin), count, Long::sum);
            }
        }
    }

    long[] counts() {
        return counts;
    }

    long sum() {
        return sum;
    }
}
