package io.postern.xds.server.status;

import io.postern.xds.resources.Condition;
import io.postern.xds.resources.Condition.State;
import io.postern.xds.resources.DocumentKey;
import io.postern.xds.resources.DocumentStatus;
import io.postern.xds.server.fleet.Standing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What nodes refuse, in the statuses of the documents that it comes from: a module that cannot be
 * compiled, or wants more memory than it may have, is found by nodes only.
 */
public final class NodeRefusals {
    private static final String PROGRAMMED = "Programmed";

    private NodeRefusals() {}

    /**
     * {@code statuses} whose plugins some nodes refuse are not programmed.
     *
     * @param refused plugins and policies, as nodes stand to them
     */
    public static List<DocumentStatus> added(
            List<DocumentStatus> statuses, List<Standing> refused) {
        if (refused.isEmpty()) {
            return statuses;
        }
        List<DocumentStatus> all = new ArrayList<>();
        for (DocumentStatus status : statuses) {
            List<Standing> of =
                    refused.stream()
                            .filter(one -> isOf(status.key(), one.resource().name()))
                            .sorted(Comparator.comparing(one -> one.node().id()))
                            .toList();
            all.add(of.isEmpty() ? status : with(status, condition(of)));
        }
        return all;
    }

    // "wasm/default/waf"; a policy may have several filters
    private static boolean isOf(DocumentKey key, String filter) {
        int slash = filter.indexOf('/');
        boolean plugin = filter.startsWith("wasm/");
        return key.kind().equals(plugin ? "WasmPlugin" : "APIPolicy")
                && filter.substring(slash + 1).equals(key.namespace() + "/" + key.name());
    }

    private static Condition condition(List<Standing> refused) {
        Standing first = refused.getFirst();
        String others = refused.size() == 1 ? "" : " (and " + (refused.size() - 1) + " more)";
        return new Condition(
                PROGRAMMED,
                State.FALSE,
                "RefusedByNodes",
                "%s%s refuses it, the version of before serves there: %s"
                        .formatted(first.node(), others, first.resource().message()));
    }

    private static DocumentStatus with(DocumentStatus status, Condition programmed) {
        List<Condition> conditions = new ArrayList<>(status.conditions());
        conditions.removeIf(one -> one.type().equals(PROGRAMMED));
        conditions.add(programmed);
        return new DocumentStatus(
                status.key(),
                status.place(),
                conditions,
                status.parents(),
                status.listeners(),
                status.findings());
    }
}
