package io.postern.core.upstream;

import io.postern.config.model.LoadBalancing;
import io.postern.config.model.LoadBalancing.Localities.ZoneAware;
import io.postern.config.model.LoadBalancing.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps requests in the gateway's own zone as far as the hosts there can take their share: a zone
 * with as much of the cluster as of the gateways serves itself, another one sends what is too much
 * to zones that have more. Confined to the event loop; shares are worked out anew when the
 * gateways' own cluster changes.
 *
 * <p>Source: Envoy's {@code ZoneAwareLoadBalancerBase}.
 */
final class ZoneRouting {
    /** Zones do not count for this request. */
    static final int ANY = -1;

    /** There is no host for it: most gateways are not well, and that is to be an error. */
    static final int NOBODY = -2;

    private static final long WHOLE = 10_000;

    private final List<HostPlan.Zone> zones;
    private final ZoneAware config;
    private final Neighbourhood.Around neighbourhood;
    private final RandomGenerator random;
    private @Nullable ClusterOnWorker gateways;
    private int generation;
    private boolean active;
    private boolean inPanic;
    private long ownShare;
    private long[] residual = {};

    private ZoneRouting(
            List<HostPlan.Zone> zones,
            ZoneAware config,
            Neighbourhood.Around where,
            RandomGenerator random) {
        this.zones = zones;
        this.config = config;
        this.neighbourhood = where;
        this.random = random;
    }

    /** Null where zones never count: one zone, none of it ours, few hosts, or hashing. */
    static @Nullable ZoneRouting of(HostPlan plan, LoadBalancing balancing, HostSet.Means means) {
        Neighbourhood.Around where = means.neighbourhood();
        if (where == null
                || !(balancing.localities() instanceof ZoneAware config)
                || balancing.policy() instanceof Policy.RingHash
                || balancing.policy() instanceof Policy.Maglev
                || plan.count(host -> host.priority() == 0 && host.isHealthy())
                        < config.minimumClusterSize()) {
            return null;
        }
        List<HostPlan.Zone> zones = ownFirst(plan.zones(), where.own());
        return zones.size() < 2 || !zones.getFirst().locality().equals(where.own())
                ? null
                : new ZoneRouting(zones, config, where, means.random());
    }

    private static List<HostPlan.Zone> ownFirst(List<HostPlan.Zone> zones, HostSpec.Locality own) {
        List<HostPlan.Zone> ordered = new ArrayList<>(zones);
        ordered.sort((a, b) -> Boolean.compare(b.locality().equals(own), a.locality().equals(own)));
        return ordered;
    }

    int size() {
        return zones.size();
    }

    /** Healthy hosts of a zone, as places in the plan. */
    int[] hosts(int zone) {
        return zones.get(zone).hosts();
    }

    /** The zone for the next request, 0 is our own; or {@link #ANY}. */
    int choose() {
        ClusterOnWorker now = neighbourhood.cluster().get();
        if (now == null) {
            return ANY;
        }
        if (!now.equals(gateways) || now.generation() != generation) {
            gateways = now;
            generation = now.generation();
            workOut(now.plan());
        }
        if (inPanic && config.failOnPanic()) {
            return NOBODY;
        }
        if (!active
                || inPanic
                || random.nextInt((int) WHOLE) >= config.routedPercent() * (WHOLE / 100)) {
            return ANY;
        }
        if (ownShare >= WHOLE || random.nextLong(WHOLE) < ownShare) {
            return 0;
        }
        long most = residual[residual.length - 1];
        if (most == 0) {
            return random.nextInt(zones.size());
        }
        long point = random.nextLong(most);
        int zone = 0;
        while (point >= residual[zone]) {
            zone++;
        }
        return zone;
    }

    private void workOut(HostPlan plan) {
        inPanic = plan.load().panics(0);
        long[] there = new long[zones.size()];
        long[] here = new long[zones.size()];
        long allThere = 0;
        long allHere = 0;
        boolean ours = false;
        for (HostPlan.Zone zone : plan.zones()) {
            allHere += zone.hosts().length;
            ours |= zone.locality().equals(neighbourhood.own());
            for (int i = 0; i < here.length; i++) {
                if (zones.get(i).locality().equals(zone.locality())) {
                    here[i] = zone.hosts().length;
                }
            }
        }
        for (int i = 0; i < there.length; i++) {
            there[i] = zones.get(i).hosts().length;
            allThere += there[i];
        }
        active = ours && allHere > 0 && allThere > 0;
        if (active) {
            share(percent(there, allThere), percent(here, allHere));
        }
    }

    private void share(long[] there, long[] here) {
        ownShare = there[0] >= here[0] ? WHOLE : there[0] * WHOLE / here[0];
        residual = new long[there.length];
        for (int i = 1; i < there.length; i++) {
            residual[i] = residual[i - 1] + Math.max(0, there[i] - here[i]);
        }
    }

    private static long[] percent(long[] counts, long all) {
        long[] shares = new long[counts.length];
        for (int i = 0; i < counts.length; i++) {
            shares[i] = all == 0 ? 0 : counts[i] * WHOLE / all;
        }
        return shares;
    }
}
