package io.postern.core.upstream;

import io.postern.config.model.LoadBalancing;
import io.postern.config.model.LoadBalancing.Policy;
import io.postern.config.model.LoadBalancing.SlowStart;
import io.postern.core.upstream.HostPlan.Group;
import io.postern.core.upstream.HostPlan.Level;
import io.postern.core.upstream.HostPlan.Locality;
import io.postern.core.upstream.balance.AnyHost;
import io.postern.core.upstream.balance.Balancer;
import io.postern.core.upstream.balance.BoundedLoad;
import io.postern.core.upstream.balance.EarliestDeadline;
import io.postern.core.upstream.balance.LeastRequest;
import io.postern.core.upstream.balance.RoundRobin;
import io.postern.sdk.Metrics.Counter;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the hosts of one worker's requests by a {@link HostPlan}: a priority by its load, then
 * one of its healthy hosts, of its degraded ones, or in panic of all. The cursors of the balancers
 * live here. Replaced as a whole when hosts or their health change. Confined to the event loop.
 */
final class HostSet implements HostChooser {
    private static final @Nullable Balancer NOBODY = null;
    private static final Choice NONE = new Choice(new int[0], NOBODY);

    private final HostOnWorker[] hosts;
    private final HostPlan plan;
    private final LoadBalancing balancing;
    private final Means means;
    private final boolean hashing;
    private final Choice[] healthy;
    private final Choice[] degraded;
    private final Choice[] all;
    private final @Nullable ZoneRouting zones;
    private final Choice[] byZone;

    /**
     * What choosing needs beside the hosts.
     *
     * @param nanos monotonic clock, for slow start
     * @param panics counts choices in panic
     * @param neighbourhood where the gateway is; null: it does not count
     */
    record Means(
            RandomGenerator random,
            LongSupplier nanos,
            Counter panics,
            Neighbourhood.@Nullable Around neighbourhood) {}

    /** One group of hosts with its balancers. */
    private record Choice(int[] hosts, @Nullable Balancer balancer) {}

    /**
     * @param hosts in the order of the plan
     */
    HostSet(HostOnWorker[] hosts, HostPlan plan, LoadBalancing balancing, Means means) {
        this.hosts = hosts;
        this.plan = plan;
        this.balancing = balancing;
        this.means = means;
        this.hashing =
                balancing.policy() instanceof Policy.RingHash
                        || balancing.policy() instanceof Policy.Maglev;
        int levels = plan.levels().size();
        healthy = new Choice[levels];
        degraded = new Choice[levels];
        all = new Choice[levels];
        for (int i = 0; i < levels; i++) {
            Level level = plan.levels().get(i);
            healthy[i] = choice(level.healthy());
            degraded[i] = choice(level.degraded());
            all[i] = choice(level.all());
        }
        zones = ZoneRouting.of(plan, balancing, means);
        byZone = new Choice[zones == null ? 0 : zones.size()];
        for (int i = 0; i < byZone.length; i++) {
            byZone[i] = choice(Group.of(zones == null ? new int[0] : zones.hosts(i)));
        }
    }

    @Override
    public @Nullable HostOnWorker choose(LoadBalancerContext context) {
        int most = context.hostAttempts();
        boolean fixed = hashing && context.hasHash();
        long hash = fixed ? context.hash() : means.random().nextLong();
        for (int attempt = 0; ; attempt++) {
            HostOnWorker chosen = choose(context, hash, hashing ? attempt : 0);
            if (chosen == null || attempt + 1 >= most || !context.refuses(chosen)) {
                return chosen;
            }
            if (!hashing) {
                hash = means.random().nextLong();
            }
        }
    }

    private @Nullable HostOnWorker choose(LoadBalancerContext context, long hash, int attempt) {
        int priority = context.load(plan.load(), UpstreamHost::priority).choose(hash);
        Choice choice;
        if (priority >= healthy.length || -1 - priority >= degraded.length) {
            return null;
        } else if (priority < 0) {
            choice = degraded[-1 - priority];
        } else if (plan.load().panics(priority)) {
            means.panics().add(1);
            if (failsOnPanic()) {
                return null;
            }
            choice = all[priority];
        } else {
            choice = priority == 0 && zones != null ? zoned(zones) : healthy[priority];
        }
        Balancer balancer = choice.balancer();
        return balancer == null ? null : hosts[choice.hosts()[balancer.choose(hash, attempt)]];
    }

    private Choice zoned(ZoneRouting routing) {
        int zone = routing.choose();
        if (zone == ZoneRouting.NOBODY) {
            return NONE;
        }
        return zone == ZoneRouting.ANY || byZone[zone].balancer() == null
                ? healthy[0]
                : byZone[zone];
    }

    private boolean failsOnPanic() {
        return balancing.localities() instanceof LoadBalancing.Localities.ZoneAware zone
                && zone.failOnPanic();
    }

    private Choice choice(Group group) {
        if (group.isEmpty()) {
            return new Choice(group.hosts(), NOBODY);
        }
        if (group.localities().isEmpty()) {
            return new Choice(group.hosts(), balancer(group));
        }
        return byLocality(group);
    }

    /** First a locality, then one of its hosts: both together are one balancer over them all. */
    private Choice byLocality(Group group) {
        int localities = group.localities().size();
        int[] places = new int[group.hosts().length];
        int[] starts = new int[localities];
        Balancer[] inside = new Balancer[localities];
        int start = 0;
        for (int i = 0; i < localities; i++) {
            Locality locality = group.localities().get(i);
            int[] members = locality.hosts();
            System.arraycopy(members, 0, places, start, members.length);
            starts[i] = start;
            start += members.length;
            inside[i] = balancer(Group.of(members));
        }
        Balancer outside =
                new EarliestDeadline(
                        localities, i -> group.localities().get(i).weight(), means.random());
        return new Choice(
                places,
                (hash, attempt) -> {
                    int locality = outside.choose(hash, attempt);
                    return starts[locality] + inside[locality].choose(hash, attempt);
                });
    }

    private Balancer balancer(Group group) {
        int[] members = group.hosts();
        return switch (balancing.policy()) {
            case Policy.RoundRobin _, Policy.ClusterProvided _ ->
                    isUniform(members)
                            ? new RoundRobin(members.length, means.random())
                            : new EarliestDeadline(
                                    members.length, i -> weight(members[i]), means.random());
            case Policy.LeastRequest least -> leastRequest(least, members);
            case Policy.AnyHost _ -> new AnyHost(members.length, means.random());
            case Policy.RingHash ring -> hashing(group, ring.keys().balanceFactor());
            case Policy.Maglev maglev -> hashing(group, maglev.keys().balanceFactor());
        };
    }

    private Balancer leastRequest(Policy.LeastRequest least, int[] members) {
        if (isUniform(members)) {
            return new LeastRequest(
                    members.length,
                    least.fullScan() ? Integer.MAX_VALUE : least.choices(),
                    i -> hosts[members[i]].activeEverywhere(),
                    means.random());
        }
        double bias = least.activeRequestBias();
        return new EarliestDeadline(
                members.length,
                i -> {
                    int active = hosts[members[i]].activeEverywhere();
                    double weight = weight(members[i]);
                    return bias == 1 ? weight / (active + 1) : weight / Math.pow(active + 1, bias);
                },
                means.random());
    }

    private Balancer hashing(Group group, int balanceFactor) {
        Balancer table = group.table();
        if (table == null) {
            throw new IllegalStateException("bug: a hashing policy without a table");
        }
        int[] members = group.hosts();
        return balanceFactor == 0
                ? table
                : new BoundedLoad(
                        table,
                        group.shares(),
                        balanceFactor,
                        i -> hosts[members[i]].activeEverywhere());
    }

    private boolean isUniform(int[] members) {
        if (balancing.slowStart() != null) {
            return false;
        }
        for (int member : members) {
            if (hosts[member].spec().weight() != hosts[members[0]].spec().weight()) {
                return false;
            }
        }
        return true;
    }

    private double weight(int host) {
        HostSpec spec = hosts[host].spec();
        SlowStart slow = balancing.slowStart();
        return slow == null ? spec.weight() : spec.weight() * share(spec, slow);
    }

    /** Envoy's applySlowStartFactor. */
    private double share(HostSpec spec, SlowStart slow) {
        double window = slow.window().toNanos();
        double serving = means.nanos().getAsLong() - spec.state().servingSinceNanos();
        if (serving >= window || window == 0) {
            return 1;
        }
        double part = Math.max(serving, 1e9) / window;
        double factor = slow.aggression() == 1 ? part : Math.pow(part, 1 / slow.aggression());
        return Math.min(1, Math.max(factor, slow.minimumWeightPercent() / 100));
    }
}
