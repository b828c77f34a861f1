package io.postern.core.admin;

import io.postern.core.observe.BinCounts;
import io.postern.core.observe.Stat;
import io.postern.core.observe.StatStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** /stats and /stats/prometheus. Pure functions of what the store says. */
final class StatPages {
    private static final double[] QUANTILES = {
        0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 1
    };
    private static final String[] PERCENTS = {
        "0", "25", "50", "75", "90", "95", "99", "99.5", "99.9", "100"
    };

    private StatPages() {}

    static Reply stats(StatStore store, Query query) {
        Predicate<String> filter = query.filter();
        if (filter == null) {
            return Reply.text(400, "Invalid re2 regex");
        }
        List<Stat> stats = read(store, query, filter);
        return switch (query.get("format")) {
            case "", "text" -> Reply.text(text(stats));
            case "json" -> Reply.json(json(stats));
            case "html", "active-html" ->
                    Reply.html("<pre>" + Pages.escaped(text(stats)) + "</pre>");
            case "prometheus" -> Reply.text(Prometheus.render(stats));
            default ->
                    Reply.text(
                            400,
                            "usage: /stats?format=(html|active-html|json|prometheus|text)\n\n");
        };
    }

    static Reply prometheus(StatStore store, Query query) {
        Predicate<String> filter = query.filter();
        return filter == null
                ? Reply.text(400, "Invalid re2 regex")
                : Reply.text(Prometheus.render(read(store, query, filter)));
    }

    private static List<Stat> read(StatStore store, Query query, Predicate<String> filter) {
        boolean usedOnly = query.has("usedonly");
        String type = query.get("type").toLowerCase(Locale.ROOT);
        return store.read().stream()
                .filter(stat -> filter.test(stat.name()))
                .filter(stat -> !usedOnly || stat.isUsed())
                .filter(stat -> isOfType(stat, type))
                .toList();
    }

    private static boolean isOfType(Stat stat, String type) {
        return switch (stat) {
            case Stat.Counter _ -> type.isEmpty() || type.equals("all") || type.equals("counters");
            case Stat.Gauge _ -> type.isEmpty() || type.equals("all") || type.equals("gauges");
            case Stat.Text _ -> type.isEmpty() || type.equals("all") || type.equals("textreadouts");
            case Stat.Histogram _ ->
                    type.isEmpty() || type.equals("all") || type.equals("histograms");
        };
    }

    /** Texts first, then numbers, then distributions. */
    private static String text(List<Stat> stats) {
        var numbers = new StringBuilder();
        var distributions = new StringBuilder();
        for (Stat stat : stats) {
            switch (stat) {
                case Stat.Counter(String name, long value) ->
                        numbers.append(name).append(": ").append(value).append('\n');
                case Stat.Gauge(String name, long value) ->
                        numbers.append(name).append(": ").append(value).append('\n');
                case Stat.Text(String name, String value) ->
                        numbers.append(name).append(": \"").append(value).append("\"\n");
                case Stat.Histogram(String name, BinCounts counts) ->
                        distributions
                                .append(name)
                                .append(": ")
                                .append(quantiles(counts))
                                .append('\n');
            }
        }
        return numbers.append(distributions).toString();
    }

    private static String quantiles(BinCounts counts) {
        if (counts.total() == 0) {
            return "No recorded values";
        }
        var text = new StringBuilder();
        for (int i = 0; i < QUANTILES.length; i++) {
            text.append(i == 0 ? "P" : " P")
                    .append(PERCENTS[i])
                    .append("(nan,")
                    .append(decimal(counts.quantile(QUANTILES[i])))
                    .append(')');
        }
        return text.toString();
    }

    private static String json(List<Stat> stats) {
        var parts = new ArrayList<String>();
        var distributions = new ArrayList<String>();
        for (Stat stat : stats) {
            switch (stat) {
                case Stat.Counter(String name, long value) -> parts.add(jsonNumber(name, value));
                case Stat.Gauge(String name, long value) -> parts.add(jsonNumber(name, value));
                case Stat.Text(String name, String value) ->
                        parts.add(
                                "{\"name\":"
                                        + Json.quoted(name)
                                        + ",\"value\":"
                                        + Json.quoted(value)
                                        + "}");
                case Stat.Histogram(String name, BinCounts counts) ->
                        distributions.add(jsonDistribution(name, counts));
            }
        }
        if (!distributions.isEmpty()) {
            parts.add(
                    "{\"histograms\":{\"supported_quantiles\":["
                            + String.join(",", PERCENTS)
                            + "],\"computed_quantiles\":["
                            + String.join(",", distributions)
                            + "]}}");
        }
        return "{\"stats\":[" + String.join(",", parts) + "]}";
    }

    private static String jsonNumber(String name, long value) {
        return "{\"name\":" + Json.quoted(name) + ",\"value\":" + value + "}";
    }

    private static String jsonDistribution(String name, BinCounts counts) {
        var values = new ArrayList<String>();
        for (double quantile : QUANTILES) {
            String value = counts.total() == 0 ? "null" : decimal(counts.quantile(quantile));
            values.add("{\"cumulative\":" + value + ",\"interval\":null}");
        }
        return "{\"name\":"
                + Json.quoted(name)
                + ",\"values\":["
                + values.stream().collect(Collectors.joining(","))
                + "]}";
    }

    /** Without {@code .0}. */
    static String decimal(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
