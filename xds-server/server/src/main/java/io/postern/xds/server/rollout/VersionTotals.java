package io.postern.xds.server.rollout;

import io.postern.config.proto.rollouts.v1.Bin;
import io.postern.config.proto.rollouts.v1.VersionReport;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one version did, in numbers that can be added up and subtracted. Thread-safe: nobody changes
 * it.
 *
 * @param statuses exchanges that ended, by the first digit of their status
 * @param nanos counts by the lowest value of their bin
 */
public record VersionTotals(
        long exchanges,
        long failures,
        long answered,
        List<Long> statuses,
        SortedMap<Long, Long> nanos,
        SortedMap<Long, Long> fuel) {
    private static final int CLASSES = 6;
    private static final double P99 = 0.99;

    static final VersionTotals NONE = of(VersionReport.getDefaultInstance());

    static VersionTotals of(VersionReport report) {
        List<Long> statuses = new ArrayList<>();
        for (int i = 0; i < CLASSES; i++) {
            statuses.add(i < report.getStatusesCount() ? Math.max(0, report.getStatuses(i)) : 0L);
        }
        return new VersionTotals(
                Math.max(0, report.getExchanges()),
                Math.max(0, report.getFailures()),
                Math.max(0, report.getAnswered()),
                statuses,
                bins(report.getNanosList()),
                bins(report.getFuelList()));
    }

    private static SortedMap<Long, Long> bins(List<Bin> told) {
        var bins = new TreeMap<Long, Long>();
        told.forEach(bin -> bins.merge(bin.getLowest(), Math.max(0, bin.getCount()), Long::sum));
        return bins;
    }

    VersionReport report() {
        return VersionReport.newBuilder()
                .setExchanges(exchanges)
                .setFailures(failures)
                .setAnswered(answered)
                .addAllStatuses(statuses)
                .addAllNanos(bins(nanos))
                .addAllFuel(bins(fuel))
                .build();
    }

    private static List<Bin> bins(SortedMap<Long, Long> counts) {
        List<Bin> bins = new ArrayList<>();
        counts.forEach((lowest, count) ->
                bins.add(Bin.newBuilder().setLowest(lowest).setCount(count).build()));
        return bins;
    }

    VersionTotals plus(VersionTotals more) {
        return combined(more, 1);
    }

    /** Since {@code before}; what began anew meanwhile counts from 0. */
    VersionTotals since(VersionTotals before) {
        return combined(before, -1);
    }

    private VersionTotals combined(VersionTotals other, int sign) {
        List<Long> both = new ArrayList<>();
        for (int i = 0; i < CLASSES; i++) {
            both.add(Math.max(0, statuses.get(i) + sign * other.statuses.get(i)));
        }
        return new VersionTotals(
                Math.max(0, exchanges + sign * other.exchanges),
                Math.max(0, failures + sign * other.failures),
                Math.max(0, answered + sign * other.answered),
                both,
                combined(nanos, other.nanos, sign),
                combined(fuel, other.fuel, sign));
    }

    private static SortedMap<Long, Long> combined(
            SortedMap<Long, Long> one, SortedMap<Long, Long> other, int sign) {
        var both = new TreeMap<>(one);
        other.forEach((lowest, count) -> both.merge(lowest, sign * count, Long::sum));
        both.values().removeIf(count -> count <= 0);
        return both;
    }

    /** Exchanges that have ended. */
    long ended() {
        return statuses.stream().mapToLong(Long::longValue).sum();
    }

    /** Of the time in the filter. */
    public long nanosP99() {
        return p99(nanos);
    }

    /** Of instructions. */
    public long fuelP99() {
        return p99(fuel);
    }

    /** The lowest value of the bin that the 99th percentile is in; 0 of nothing. */
    static long p99(SortedMap<Long, Long> bins) {
        long all = bins.values().stream().mapToLong(Long::longValue).sum();
        long seen = 0;
        for (var bin : bins.entrySet()) {
            seen += bin.getValue();
            if (seen >= all * P99) {
                return bin.getKey();
            }
        }
        return 0;
    }
}
