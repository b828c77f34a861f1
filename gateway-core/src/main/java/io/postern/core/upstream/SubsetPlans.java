package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import io.postern.config.model.Subsets;
import io.postern.config.model.Subsets.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The subsets of a cluster's hosts, each with its own plan. There are at most as many as hosts
 * times selectors, times {@value #MOST_ALTERNATIVES} where lists stand for each of their values.
 * Made on the control side. Thread-safe: immutable.
 *
 * <p>Source: Envoy's {@code SubsetLoadBalancer}.
 *
 * @param byMetadata by the values of a selector's keys
 * @param defaults the hosts of the default subset; all when it names nothing
 */
record SubsetPlans(Map<Map<String, String>, HostPlan> byMetadata, HostPlan defaults) {
    /** More combinations of a host's values than these are left out. */
    private static final int MOST_ALTERNATIVES = 1000;

    SubsetPlans {
        byMetadata = Map.copyOf(byMetadata);
    }

    static SubsetPlans of(List<HostSpec> hosts, Cluster config, Subsets subsets) {
        Map<Map<String, String>, List<HostSpec>> members = new HashMap<>();
        Set<Set<String>> selected = new HashSet<>();
        for (Selector selector : subsets.selectors()) {
            if (!selector.keys().isEmpty() && selected.add(selector.keys())) {
                select(hosts, selector, subsets.listAsAny(), members);
            }
        }
        Map<Map<String, String>, HostPlan> plans = HashMap.newHashMap(members.size());
        members.forEach((values, found) -> plans.put(values, HostPlan.ofSubset(found, config)));
        List<HostSpec> defaults = new ArrayList<>(hosts);
        defaults.removeIf(host -> !isMeant(host, subsets));
        return new SubsetPlans(plans, HostPlan.ofSubset(defaults, config));
    }

    private static void select(
            List<HostSpec> hosts,
            Selector selector,
            boolean listAsAny,
            Map<Map<String, String>, List<HostSpec>> members) {
        for (HostSpec host : hosts) {
            for (Map<String, String> values : combinations(host, selector.keys(), listAsAny)) {
                var subset = members.computeIfAbsent(values, _ -> new ArrayList<>());
                if (subset.isEmpty() || !selector.oneHost()) {
                    subset.add(host);
                }
            }
        }
    }

    // A host without one of the keys is in no subset of them.
    private static Set<Map<String, String>> combinations(
            HostSpec host, Set<String> keys, boolean listAsAny) {
        Set<Map<String, String>> combinations = Set.of(Map.of());
        for (String key : keys) {
            Set<Map<String, String>> longer = new HashSet<>();
            for (Map<String, String> some : combinations) {
                for (String value : values(host, key, listAsAny)) {
                    Map<String, String> more = new HashMap<>(some);
                    more.put(key, value);
                    longer.add(Map.copyOf(more));
                    if (longer.size() == MOST_ALTERNATIVES) {
                        break;
                    }
                }
            }
            combinations = longer;
        }
        return combinations;
    }

    private static boolean isMeant(HostSpec host, Subsets subsets) {
        return subsets.defaultSubset().entrySet().stream()
                .allMatch(wanted ->
                        values(host, wanted.getKey(), subsets.listAsAny())
                                .contains(wanted.getValue()));
    }

    private static List<String> values(HostSpec host, String key, boolean listAsAny) {
        List<String> list = listAsAny ? host.endpoint().lbLists().get(key) : null;
        String value = host.endpoint().lbMetadata().get(key);
        return list != null ? list : value == null ? List.of() : List.of(value);
    }
}
