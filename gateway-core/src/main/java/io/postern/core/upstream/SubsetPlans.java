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
 * times selectors. Made on the control side. Thread-safe: immutable.
 *
 * <p>Source: Envoy's {@code SubsetLoadBalancer}.
 *
 * @param byMetadata by the values of a selector's keys
 * @param defaults the hosts of the default subset; all when it names nothing
 */
record SubsetPlans(Map<Map<String, String>, HostPlan> byMetadata, HostPlan defaults) {
    SubsetPlans {
        byMetadata = Map.copyOf(byMetadata);
    }

    static SubsetPlans of(List<HostSpec> hosts, Cluster config, Subsets subsets) {
        Map<Map<String, String>, List<HostSpec>> members = new HashMap<>();
        Set<Set<String>> selected = new HashSet<>();
        for (Selector selector : subsets.selectors()) {
            if (!selector.keys().isEmpty() && selected.add(selector.keys())) {
                select(hosts, selector, members);
            }
        }
        Map<Map<String, String>, HostPlan> plans = HashMap.newHashMap(members.size());
        members.forEach((values, found) -> plans.put(values, HostPlan.ofSubset(found, config)));
        Set<Map.Entry<String, String>> wanted = subsets.defaultSubset().entrySet();
        List<HostSpec> defaults = new ArrayList<>(hosts);
        defaults.removeIf(host -> !metadata(host).entrySet().containsAll(wanted));
        return new SubsetPlans(plans, HostPlan.ofSubset(defaults, config));
    }

    // A host without one of the keys is in no subset of them.
    private static void select(
            List<HostSpec> hosts,
            Selector selector,
            Map<Map<String, String>, List<HostSpec>> members) {
        for (HostSpec host : hosts) {
            Map<String, String> values = new HashMap<>(metadata(host));
            values.keySet().retainAll(selector.keys());
            if (values.size() == selector.keys().size()) {
                var subset = members.computeIfAbsent(Map.copyOf(values), _ -> new ArrayList<>());
                if (subset.isEmpty() || !selector.oneHost()) {
                    subset.add(host);
                }
            }
        }
    }

    private static Map<String, String> metadata(HostSpec host) {
        return host.endpoint().lbMetadata();
    }
}
