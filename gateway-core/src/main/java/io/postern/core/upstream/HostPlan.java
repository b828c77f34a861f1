package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import io.postern.config.model.LoadBalancing;
import io.postern.config.model.LoadBalancing.HashKeys;
import io.postern.config.model.LoadBalancing.Policy;
import io.postern.config.model.RouteMatch;
import io.postern.config.model.Subsets;
import io.postern.core.upstream.balance.Balancer;
import io.postern.core.upstream.balance.HashRing;
import io.postern.core.upstream.balance.MaglevTable;
import io.postern.core.upstream.balance.PriorityLoad;
import io.postern.core.upstream.balance.PriorityLoad.Members;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of a cluster, sorted for choosing: by priority, by health, by locality; with the tables
 * that hashing needs. Made on the control side whenever hosts or their health change, then shared
 * by the workers. Thread-safe: immutable.
 *
 * @param levels by priority; empty without hosts
 * @param subsets null: the cluster has none
 * @param dropped the share of the requests that is refused; null: none
 */
record HostPlan(
        List<HostSpec> hosts,
        List<Level> levels,
        PriorityLoad load,
        @Nullable SubsetPlans subsets,
        RouteMatch.@Nullable Fraction dropped) {
    private static final Members NOBODY = new Members(0, 0, 0);

    HostPlan {
        hosts = List.copyOf(hosts);
        levels = List.copyOf(levels);
    }

    /** The hosts of one priority. {@code all}: what is used in panic. */
    record Level(Group healthy, Group degraded, Group all, Members members) {}

    /** The healthy ones among the hosts of the first priority that are in one place. */
    record Zone(HostSpec.Locality locality, int[] hosts) {}

    /** Where the hosts of the first priority are. */
    List<Zone> zones() {
        Map<HostSpec.Locality, List<Integer>> places = new LinkedHashMap<>();
        for (int i = 0; i < hosts.size(); i++) {
            HostSpec host = hosts.get(i);
            if (host.priority() == 0) {
                List<Integer> healthy =
                        places.computeIfAbsent(
                                host.locality().unweighted(), _ -> new ArrayList<>());
                if (host.isHealthy()) {
                    healthy.add(i);
                }
            }
        }
        List<Zone> zones = new ArrayList<>(places.size());
        places.forEach((locality, healthy) ->
                zones.add(
                        new Zone(
                                locality, healthy.stream().mapToInt(Integer::intValue).toArray())));
        return zones;
    }

    /**
     * Hosts among which is chosen.
     *
     * @param hosts places in the plan's list
     * @param shares of the hosts by weight, with a sum of 1; for hashing only
     * @param table what hashing says; null for other policies
     * @param localities the same hosts by locality; empty: localities do not count
     */
    record Group(
            int[] hosts, double[] shares, @Nullable Balancer table, List<Locality> localities) {
        Group {
            localities = List.copyOf(localities);
        }

        /** Hosts without a table. */
        static Group of(int[] hosts) {
            return new Group(hosts, new double[0], null, List.of());
        }

        boolean isEmpty() {
            return hosts.length == 0;
        }
    }

    /** One locality. {@code weight}: as configured, times how well it is. */
    record Locality(double weight, int[] hosts) {}

    static HostPlan of(List<HostSpec> hosts, Cluster config) {
        Subsets subsets = config.balancing().subsets();
        return new HostPlanner(hosts, config)
                .plan(subsets == null ? null : SubsetPlans.of(hosts, config, subsets));
    }

    /** The plan of one subset. */
    static HostPlan ofSubset(List<HostSpec> hosts, Cluster config) {
        return new HostPlanner(hosts, config).plan(null);
    }

    /** Number of hosts for which {@code test} is true. */
    int count(Predicate<HostSpec> test) {
        int count = 0;
        for (HostSpec host : hosts) {
            count += test.test(host) ? 1 : 0;
        }
        return count;
    }

    /** Does the sorting. */
    private static final class HostPlanner {
        private final List<HostSpec> hosts;
        private final Cluster.Assignment assignment;
        private final LoadBalancing balancing;

        HostPlanner(List<HostSpec> hosts, Cluster config) {
            this.hosts = hosts;
            this.assignment = config.assignment();
            this.balancing = config.balancing();
        }

        HostPlan plan(@Nullable SubsetPlans subsets) {
            int levels = 1;
            for (HostSpec host : hosts) {
                levels = Math.max(levels, host.priority() + 1);
            }
            List<Level> made = new ArrayList<>(levels);
            Members[] inHosts = new Members[levels];
            Members[] inWeights = new Members[levels];
            for (int i = 0; i < levels; i++) {
                inHosts[i] = members(i, false);
                inWeights[i] = assignment.weightedHealth() ? members(i, true) : inHosts[i];
            }
            PriorityLoad load =
                    PriorityLoad.of(
                            inWeights,
                            inHosts,
                            assignment.overprovisioningFactor(),
                            balancing.panicThreshold());
            for (int i = 0; i < levels; i++) {
                made.add(level(i, load.panics(i), inHosts[i]));
            }
            return new HostPlan(hosts, made, load, subsets, assignment.dropped());
        }

        private Members members(int priority, boolean weighted) {
            long total = 0;
            long healthy = 0;
            long degraded = 0;
            for (HostSpec host : hosts) {
                if (host.priority() == priority && !host.isExcluded()) {
                    int one = weighted ? host.weight() : 1;
                    total += one;
                    healthy += host.isHealthy() ? one : 0;
                    degraded += host.isDegraded() ? one : 0;
                }
            }
            return total == 0 ? NOBODY : new Members(total, healthy, degraded);
        }

        private Level level(int priority, boolean panics, Members members) {
            return new Level(
                    group(priority, HostSpec::isHealthy, true),
                    group(priority, HostSpec::isDegraded, true),
                    panics ? group(priority, _ -> true, false) : none(),
                    members);
        }

        private static Group none() {
            return new Group(new int[0], new double[0], null, List.of());
        }

        private Group group(int priority, Predicate<HostSpec> which, boolean byLocality) {
            int[] places = new int[hosts.size()];
            int found = 0;
            for (int i = 0; i < places.length; i++) {
                HostSpec host = hosts.get(i);
                if (host.priority() == priority && which.test(host)) {
                    places[found++] = i;
                }
            }
            if (found == 0) {
                return none();
            }
            int[] members = java.util.Arrays.copyOf(places, found);
            List<Locality> localities =
                    byLocality
                                    && balancing.localities()
                                            instanceof LoadBalancing.Localities.Weighted
                            ? localities(priority, members)
                            : List.of();
            return switch (balancing.policy()) {
                case Policy.RingHash ring -> {
                    double[] shares = shares(members, localities);
                    yield new Group(members, shares, ring(ring, members, shares), List.of());
                }
                case Policy.Maglev maglev -> {
                    double[] shares = shares(members, localities);
                    yield new Group(members, shares, maglev(maglev, members, shares), List.of());
                }
                case Policy.RoundRobin _,
                        Policy.LeastRequest _,
                        Policy.AnyHost _,
                        Policy.ClusterProvided _ ->
                        new Group(members, new double[0], null, localities);
            };
        }

        private Balancer ring(Policy.RingHash policy, int[] members, double[] shares) {
            return HashRing.of(policy, keys(members, policy.keys()), shares);
        }

        private Balancer maglev(Policy.Maglev policy, int[] members, double[] shares) {
            return MaglevTable.of(policy.tableSize(), keys(members, policy.keys()), shares);
        }

        private String[] keys(int[] members, HashKeys by) {
            String[] keys = new String[members.length];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = hosts.get(members[i]).hashKey(by.hostname());
            }
            return keys;
        }

        /** Share of each host: that of its locality, if those count, times its own in there. */
        private double[] shares(int[] members, List<Locality> localities) {
            double[] shares = new double[members.length];
            if (localities.isEmpty()) {
                double sum = weight(members);
                for (int i = 0; i < shares.length; i++) {
                    shares[i] = hosts.get(members[i]).weight() / sum;
                }
                return shares;
            }
            double all = 0;
            for (Locality locality : localities) {
                all += locality.weight();
            }
            for (Locality locality : localities) {
                double sum = weight(locality.hosts());
                for (int host : locality.hosts()) {
                    int place = java.util.Arrays.binarySearch(members, host);
                    shares[place] = locality.weight() / all * hosts.get(host).weight() / sum;
                }
            }
            return shares;
        }

        private double weight(int[] members) {
            double sum = 0;
            for (int host : members) {
                sum += hosts.get(host).weight();
            }
            return sum;
        }

        /** Localities with a weight; one that is not well counts less, as priorities do. */
        private List<Locality> localities(int priority, int[] members) {
            Map<HostSpec.Locality, List<Integer>> groups = new LinkedHashMap<>();
            for (int host : members) {
                groups.computeIfAbsent(hosts.get(host).locality(), _ -> new ArrayList<>())
                        .add(host);
            }
            List<Locality> localities = new ArrayList<>();
            groups.forEach((locality, group) -> {
                int total = 0;
                for (HostSpec host : hosts) {
                    total +=
                            host.priority() == priority && host.locality().equals(locality) ? 1 : 0;
                }
                double well =
                        Math.min(
                                1.0,
                                assignment.overprovisioningFactor() / 100.0 * group.size() / total);
                if (locality.weight() > 0) {
                    localities.add(
                            new Locality(
                                    locality.weight() * well,
                                    group.stream().mapToInt(Integer::intValue).toArray()));
                }
            });
            return localities;
        }
    }
}
