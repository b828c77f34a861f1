package io.postern.xds.server.admin;

import io.postern.xds.server.rollout.RolloutStatus;
import io.postern.xds.server.rollout.Totals;
import io.postern.xds.server.rollout.Trial;
import io.postern.xds.server.rollout.VersionTotals;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rollouts as trees, as lines for people, and as metrics. */
final class RolloutViews {
    private RolloutViews() {}

    static Map<String, Object> tree(RolloutStatus status) {
        Map<String, Object> tree = new LinkedHashMap<>();
        Totals totals = status.totals();
        tree.put("rollout", status.filter());
        tree.put("document", status.document().toString());
        tree.put("state", status.trial().state().name().toLowerCase(Locale.ROOT));
        tree.put("where", status.where());
        tree.put("since", status.trial().since().toString());
        tree.put("reason", status.trial().reason());
        tree.put("lastGood", version(status.lastGood(), totals.lastGood()));
        tree.put("candidate", version(status.trial().candidate(), totals.candidate()));
        tree.put("compared", totals.compared());
        tree.put("differences", totals.differences());
        tree.put("examples", totals.examples());
        return tree;
    }

    private static Map<String, Object> version(String id, VersionTotals totals) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("version", id);
        tree.put("exchanges", totals.exchanges());
        tree.put("failures", totals.failures());
        tree.put("answered", totals.answered());
        tree.put("statuses", totals.statuses());
        tree.put("nanosP99", totals.nanosP99());
        tree.put("fuelP99", totals.fuelP99());
        return tree;
    }

    static List<String> lines(Map<String, Object> tree) {
        List<String> lines = new ArrayList<>();
        lines.add(tree.get("rollout") + "  " + tree.get("where") + " since " + tree.get("since"));
        lines.add("   " + tree.get("reason"));
        lines.add("   last good " + told(tree.get("lastGood")));
        lines.add("   candidate " + told(tree.get("candidate")));
        if (!Long.valueOf(0).equals(tree.get("compared"))) {
            lines.add(
                    "   %s of %s copies came out otherwise"
                            .formatted(tree.get("differences"), tree.get("compared")));
        }
        if (tree.get("examples") instanceof List<?> examples) {
            examples.forEach(example -> lines.add("   " + example));
        }
        return lines;
    }

    private static String told(@Nullable Object version) {
        if (!(version instanceof Map<?, ?> tree)) {
            return "";
        }
        return "%s: %s exchanges, %s failures, %s answered, time p99 %s ns"
                .formatted(
                        tree.get("version"),
                        tree.get("exchanges"),
                        tree.get("failures"),
                        tree.get("answered"),
                        tree.get("nanosP99"));
    }

    /** In the text format of Prometheus. */
    static List<String> metrics(List<RolloutStatus> all) {
        List<String> lines = new ArrayList<>();
        lines.add("# TYPE postern_rollout_state gauge");
        for (RolloutStatus one : all) {
            for (Trial.State state : Trial.State.values()) {
                boolean is = one.trial().state() == state;
                // Why, only where it is over: a label that changes every second is a new series.
                String reason =
                        is && !one.trial().state().equals(Trial.State.RUNNING)
                                ? one.trial().reason()
                                : "";
                lines.add(
                        "postern_rollout_state{rollout=%s,candidate=%s,state=%s,reason=%s} %d"
                                .formatted(
                                        quoted(one.filter()),
                                        quoted(one.trial().candidate()),
                                        quoted(state.name().toLowerCase(Locale.ROOT)),
                                        quoted(reason),
                                        is ? 1 : 0));
            }
        }
        counted(all, lines, "exchanges");
        counted(all, lines, "failures");
        return lines;
    }

    private static void counted(List<RolloutStatus> all, List<String> lines, String what) {
        lines.add("# TYPE postern_rollout_step_" + what + " gauge");
        for (RolloutStatus one : all) {
            counted(one, "last_good", one.totals().lastGood(), lines, what);
            counted(one, "candidate", one.totals().candidate(), lines, what);
        }
    }

    private static void counted(
            RolloutStatus one,
            String version,
            VersionTotals totals,
            List<String> lines,
            String what) {
        lines.add(
                "postern_rollout_step_%s{rollout=%s,version=%s} %d"
                        .formatted(
                                what,
                                quoted(one.filter()),
                                quoted(version),
                                what.equals("failures") ? totals.failures() : totals.exchanges()));
    }

    private static String quoted(String text) {
        String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        return '"' + escaped + '"';
    }
}
