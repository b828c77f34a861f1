package io.postern.xds.server.rollout;

import io.postern.xds.resources.Condition;
import io.postern.xds.resources.Condition.State;
import io.postern.xds.resources.DocumentKey;
import io.postern.xds.resources.DocumentStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is said of rollouts in the statuses of their documents. */
public final class RolloutStatuses {
    private static final String ROLLED_OUT = "RolledOut";

    private RolloutStatuses() {}

    /**
     * The filters of documents that have an error now: their last good version is not forgotten.
     */
    public static Set<String> filters(List<DocumentStatus> statuses) {
        Set<String> filters = new HashSet<>();
        for (DocumentStatus status : statuses) {
            DocumentKey key = status.key();
            String path = key.namespace() + "/" + key.name();
            if (status.hasErrors() && key.kind().equals("WasmPlugin")) {
                filters.add("wasm/" + path);
            } else if (status.hasErrors() && key.kind().equals("APIPolicy")) {
                filters.add("opa/" + path);
            }
        }
        return filters;
    }

    /** {@code statuses} with a condition {@code RolledOut} where something was tried. */
    public static List<DocumentStatus> added(
            List<DocumentStatus> statuses, List<RolloutStatus> rollouts) {
        Map<DocumentKey, RolloutStatus> byDocument = new HashMap<>();
        rollouts.forEach(one -> byDocument.put(one.document(), one));
        List<DocumentStatus> all = new ArrayList<>();
        for (DocumentStatus status : statuses) {
            RolloutStatus rollout = byDocument.get(status.key());
            all.add(rollout == null ? status : with(status, condition(rollout)));
        }
        return all;
    }

    private static DocumentStatus with(DocumentStatus status, Condition more) {
        List<Condition> conditions = new ArrayList<>(status.conditions());
        conditions.add(more);
        return new DocumentStatus(
                status.key(),
                status.place(),
                conditions,
                status.parents(),
                status.listeners(),
                status.findings());
    }

    private static Condition condition(RolloutStatus rollout) {
        Trial trial = rollout.trial();
        String message = trial.candidate() + ": " + rollout.where() + "; " + trial.reason();
        return switch (trial.state()) {
            case RUNNING -> new Condition(ROLLED_OUT, State.UNKNOWN, "Progressing", message);
            case PROMOTED -> new Condition(ROLLED_OUT, State.TRUE, "Promoted", message);
            case ROLLED_BACK ->
                    new Condition(
                            ROLLED_OUT,
                            State.FALSE,
                            "RolledBack",
                            message + "; " + rollout.lastGood() + " serves");
        };
    }
}
