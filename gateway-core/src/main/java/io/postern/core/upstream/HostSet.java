package io.postern.core.upstream;

import io.postern.config.model.Cluster.LbPolicy;
import io.postern.core.upstream.balance.Balancer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that requests of one cluster go to now, with their balancer: the healthy ones of the
 * highest priority that has any. Without a healthy host anywhere, every host of the highest
 * priority is used: the panic mode of Envoy. Replaced as a whole when hosts change. Confined to the
 * event loop.
 */
final class HostSet {
    private static final HostOnWorker[] NONE = {};

    private final HostOnWorker[] hosts;
    private final @Nullable Balancer balancer;

    HostSet(List<HostOnWorker> all, LbPolicy policy, RandomGenerator random) {
        hosts = usable(all).toArray(NONE);
        int[] weights = new int[hosts.length];
        for (int i = 0; i < hosts.length; i++) {
            weights[i] = hosts[i].spec().weight();
        }
        balancer =
                hosts.length == 0
                        ? null
                        : Balancer.of(policy, weights, i -> hosts[i].activeStreams(), random);
    }

    /** The next host, not one of {@code avoid} if that can be had; null when there is none. */
    @Nullable HostOnWorker choose(List<UpstreamHost> avoid) {
        if (balancer == null) {
            return null;
        }
        HostOnWorker chosen = hosts[balancer.choose()];
        if (!avoid.isEmpty()) {
            for (int i = 1; i < hosts.length && contains(avoid, chosen); i++) {
                chosen = hosts[balancer.choose()];
            }
        }
        return chosen;
    }

    private static boolean contains(List<UpstreamHost> hosts, HostOnWorker host) {
        for (int i = 0; i < hosts.size(); i++) {
            if (hosts.get(i) == host) {
                return true;
            }
        }
        return false;
    }

    private static List<HostOnWorker> usable(List<HostOnWorker> all) {
        List<HostOnWorker> healthy = highestPriority(all, true);
        return healthy.isEmpty() ? highestPriority(all, false) : healthy;
    }

    private static List<HostOnWorker> highestPriority(List<HostOnWorker> all, boolean healthyOnly) {
        int highest = Integer.MAX_VALUE;
        List<HostOnWorker> found = new ArrayList<>();
        for (HostOnWorker host : all) {
            int priority = host.spec().priority();
            if ((healthyOnly && !host.spec().isHealthy()) || priority > highest) {
                continue;
            }
            if (priority < highest) {
                highest = priority;
                found.clear();
            }
            found.add(host);
        }
        return found;
    }
}
