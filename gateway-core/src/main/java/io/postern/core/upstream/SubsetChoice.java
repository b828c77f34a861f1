package io.postern.core.upstream;

import io.postern.config.model.Subsets;
import io.postern.config.model.Subsets.Fallback;
import io.postern.config.model.Subsets.Selector;
import io.postern.sdk.Metrics;
import io.postern.sdk.Metrics.Counter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the hosts of one worker's requests in a cluster with subsets: among those that have the
 * metadata of the request's route, or by the fallback policy. Replaced as a whole when hosts or
 * their health change. Confined to the event loop.
 *
 * <p>Source: Envoy's {@code SubsetLoadBalancer}.
 */
final class SubsetChoice implements HostChooser {
    private final Subsets config;
    private final Map<Map<String, String>, HostSet> subsets;
    private final HostSet any;
    private final HostSet defaults;
    private final Stats stats;

    /** What is counted, by Envoy's names. */
    record Stats(Counter selected, Counter fallback, Counter panic) {
        static Stats of(Metrics metrics, String cluster) {
            String prefix = "cluster." + cluster + ".lb_subsets_";
            return new Stats(
                    metrics.counter(prefix + "selected"),
                    metrics.counter(prefix + "fallback"),
                    metrics.counter(prefix + "fallback_panic"));
        }
    }

    /**
     * @param any all hosts of the cluster
     * @param sets makes the choice among the hosts of one subset
     */
    SubsetChoice(
            Subsets config,
            SubsetPlans plans,
            HostSet any,
            Function<HostPlan, HostSet> sets,
            Stats stats) {
        this.config = config;
        this.any = any;
        this.stats = stats;
        this.defaults = sets.apply(plans.defaults());
        this.subsets = HashMap.newHashMap(plans.byMetadata().size());
        plans.byMetadata().forEach((values, plan) -> subsets.put(values, sets.apply(plan)));
    }

    @Override
    public @Nullable HostOnWorker choose(LoadBalancerContext context) {
        List<Map<String, String>> fallbacks =
                config.metadataFallbacks() ? context.metadataFallbacks() : List.of();
        if (fallbacks.isEmpty()) {
            return choose(context, context.metadata());
        }
        for (int i = 0; i < fallbacks.size(); i++) {
            HostOnWorker host = choose(context, fallbacks.get(i));
            if (host != null) {
                return host;
            }
        }
        return null;
    }

    private @Nullable HostOnWorker choose(LoadBalancerContext context, Map<String, String> wanted) {
        HostSet subset = subsets.get(wanted);
        if (subset != null) {
            stats.selected().add(1);
            return subset.choose(context);
        }
        Selector selector = config.selectorOf(wanted.keySet());
        Fallback fallback = selector == null ? Fallback.AS_CLUSTER : selector.fallback();
        if (selector != null && fallback == Fallback.FEWER_KEYS) {
            return choose(context, only(wanted, selector.fallbackKeys()));
        }
        return fallback == Fallback.AS_CLUSTER
                ? fallBackAsCluster(context)
                : fallBack(context, fallback);
    }

    // Without a fallback there is no panic, either.
    private @Nullable HostOnWorker fallBackAsCluster(LoadBalancerContext context) {
        HostOnWorker host = fallBack(context, config.fallback());
        if (host != null || !config.panicAny() || config.fallback() == Fallback.NO_HOST) {
            return host;
        }
        HostOnWorker last = any.choose(context);
        if (last != null) {
            stats.panic().add(1);
        }
        return last;
    }

    private @Nullable HostOnWorker fallBack(LoadBalancerContext context, Fallback fallback) {
        HostOnWorker host =
                switch (fallback) {
                    case ANY_HOST -> any.choose(context);
                    case DEFAULT_SUBSET -> defaults.choose(context);
                    case NO_HOST, FEWER_KEYS, AS_CLUSTER -> null;
                };
        if (host != null) {
            stats.fallback().add(1);
        }
        return host;
    }

    private static Map<String, String> only(Map<String, String> wanted, Set<String> keys) {
        Map<String, String> fewer = new HashMap<>(wanted);
        fewer.keySet().retainAll(keys);
        return fewer;
    }
}
