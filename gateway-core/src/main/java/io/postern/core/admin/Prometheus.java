package io.postern.core.admin;

import io.postern.core.observe.BinCounts;
import io.postern.core.observe.Stat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Metrics in the text format of Prometheus, with the names and labels that Envoy gives them: parts
 * of a name such as the cluster become labels. Pure functions.
 */
final class Prometheus {
    private static final double[] BUCKETS = {
        0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000,
        600_000, 1_800_000, 3_600_000
    };

    private Prometheus() {}

    static String render(List<Stat> stats) {
        Map<String, StringBuilder> counters = new TreeMap<>();
        Map<String, StringBuilder> gauges = new TreeMap<>();
        Map<String, StringBuilder> histograms = new TreeMap<>();
        for (Stat stat : stats) {
            TaggedName name = TaggedName.of(stat.name());
            switch (stat) {
                case Stat.Counter counter -> line(lines(counters, name), name, counter.value());
                case Stat.Gauge gauge -> line(lines(gauges, name), name, gauge.value());
                case Stat.Text _ -> {} // no number: as in Envoy, left out
                case Stat.Histogram histogram ->
                        histogram(lines(histograms, name), name, histogram.counts());
            }
        }
        var out = new StringBuilder();
        append(counters, "counter", out);
        append(gauges, "gauge", out);
        append(histograms, "histogram", out);
        return out.toString();
    }

    private static StringBuilder lines(Map<String, StringBuilder> byName, TaggedName name) {
        return byName.computeIfAbsent(name.name(), _ -> new StringBuilder());
    }

    private static void append(Map<String, StringBuilder> byName, String type, StringBuilder out) {
        byName.forEach((name, lines) ->
                out.append("# TYPE ")
                        .append(name)
                        .append(' ')
                        .append(type)
                        .append('\n')
                        .append(lines));
    }

    private static void line(StringBuilder out, TaggedName name, long value) {
        out.append(name.name())
                .append('{')
                .append(name.labels())
                .append("} ")
                .append(value)
                .append('\n');
    }

    private static void histogram(StringBuilder out, TaggedName name, BinCounts counts) {
        String labels = name.labels().isEmpty() ? "" : name.labels() + ",";
        for (double bucket : BUCKETS) {
            bucket(out, name, labels, StatPages.decimal(bucket), counts.upTo(bucket));
        }
        bucket(out, name, labels, "+Inf", counts.total());
        sum(out, name, "_sum", counts.sum());
        sum(out, name, "_count", counts.total());
    }

    private static void bucket(
            StringBuilder out, TaggedName name, String labels, String limit, long count) {
        out.append(name.name())
                .append("_bucket{")
                .append(labels)
                .append("le=\"")
                .append(limit)
                .append("\"} ")
                .append(count)
                .append('\n');
    }

    private static void sum(StringBuilder out, TaggedName name, String suffix, long value) {
        out.append(name.name())
                .append(suffix)
                .append('{')
                .append(name.labels())
                .append("} ")
                .append(value)
                .append('\n');
    }
}
