package io.postern.core.upstream.balance;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which share of the requests goes to which priority, to its healthy or to its degraded hosts.
 * Thread-safe: not changed once made.
 *
 * <p>Source: Envoy's {@code LoadBalancerBase::recalculatePerPriorityState} and
 * recalculatePerPriorityPanic: a priority counts as whole while health times the overprovisioning
 * factor is 100 percent or more; what it lacks goes to the next one, first to healthy hosts, then
 * to degraded ones. When all together are not whole, priorities below the panic threshold serve
 * with all their hosts.
 */
public final class PriorityLoad {
    private static final int WHOLE = 100;

    private final int[] healthy;
    private final int[] degraded;
    private final boolean[] panic;
    private int[] healthyShare = {};
    private int[] degradedShare = {};

    /** What is there of one priority, in hosts or in weights of hosts. */
    public record Members(long total, long healthy, long degraded) {
        private int availability(long of, int overprovisioningFactor) {
            return total == 0 ? 0 : (int) Math.min(WHOLE, of * overprovisioningFactor / total);
        }

        private boolean isBelow(double percent) {
            double serving = total == 0 ? 0 : 100.0 * (healthy + degraded) / total;
            return serving < percent;
        }
    }

    private PriorityLoad(int levels) {
        healthy = new int[levels];
        degraded = new int[levels];
        panic = new boolean[levels];
    }

    /**
     * Works the shares out.
     *
     * @param levels by priority, at least one
     * @param hosts the same in hosts; other than {@code levels} when those are weights
     * @param overprovisioningFactor percent, 140 by default
     * @param panicThreshold percent
     */
    public static PriorityLoad of(
            Members[] levels, Members[] hosts, int overprovisioningFactor, double panicThreshold) {
        PriorityLoad load = new PriorityLoad(levels.length);
        int[] health = new int[levels.length];
        int[] degradedHealth = new int[levels.length];
        int all = 0;
        for (int i = 0; i < levels.length; i++) {
            Members level = levels[i];
            health[i] = level.availability(level.healthy(), overprovisioningFactor);
            degradedHealth[i] = level.availability(level.degraded(), overprovisioningFactor);
            all += health[i] + degradedHealth[i];
        }
        load.healthyShare = health;
        load.degradedShare = degradedHealth;
        int normalized = Math.min(WHOLE, all);
        if (normalized > 0) {
            load.distribute(health, degradedHealth, normalized);
        }
        load.panics(hosts, normalized, panicThreshold);
        return load;
    }

    /** Everything to one priority: what {@link #choose} said. */
    public static PriorityLoad only(int chosen) {
        int priority = chosen < 0 ? -1 - chosen : chosen;
        PriorityLoad load = new PriorityLoad(priority + 1);
        (chosen < 0 ? load.degraded : load.healthy)[priority] = WHOLE;
        return load;
    }

    /**
     * The load without priorities that are {@code excluded}; null when nothing is well without
     * them.
     *
     * <p>Source: Envoy's {@code PreviousPrioritiesRetryPriority}.
     */
    public @Nullable PriorityLoad without(BitSet excluded) {
        int levels = healthy.length;
        int[] health = healthyShare.clone();
        int[] degradedHealth = degradedShare.clone();
        int all = 0;
        for (int i = 0; i < levels; i++) {
            if (excluded.get(i)) {
                health[i] = 0;
                degradedHealth[i] = 0;
            }
            all += health[i] + degradedHealth[i];
        }
        if (all == 0) {
            return null;
        }
        PriorityLoad rest = new PriorityLoad(levels);
        rest.healthyShare = healthyShare;
        rest.degradedShare = degradedShare;
        rest.distribute(health, degradedHealth, Math.min(WHOLE, all));
        return rest;
    }

    private void distribute(int[] health, int[] degradedHealth, int normalized) {
        int left = distribute(healthy, health, WHOLE, normalized);
        left = distribute(degraded, degradedHealth, left, normalized);
        // What rounding left over.
        for (int i = 0; i < health.length && left > 0; i++) {
            if (health[i] > 0) {
                healthy[i] += left;
                left = 0;
            } else if (degradedHealth[i] > 0) {
                degraded[i] += left;
                left = 0;
            }
        }
    }

    private static int distribute(int[] load, int[] availability, int total, int normalized) {
        int left = total;
        for (int i = 0; i < load.length; i++) {
            load[i] = Math.min(left, availability[i] * WHOLE / normalized);
            left -= load[i];
        }
        return left;
    }

    private void panics(Members[] hosts, int normalized, double threshold) {
        if (normalized == 0 && threshold == 0) {
            healthy[0] = WHOLE;
            return;
        }
        boolean everywhere = true;
        for (int i = 0; i < hosts.length; i++) {
            panic[i] = normalized < WHOLE && hosts[i].isBelow(threshold);
            everywhere &= panic[i];
        }
        if (everywhere) {
            byNumberOfHosts(hosts);
        }
    }

    // Nobody is well: every host gets the same share, of whatever priority it is.
    private void byNumberOfHosts(Members[] hosts) {
        long all = 0;
        for (Members level : hosts) {
            all += level.total();
        }
        Arrays.fill(healthy, 0);
        Arrays.fill(degraded, 0);
        if (all == 0) {
            healthy[0] = WHOLE;
            return;
        }
        int left = WHOLE;
        int first = -1;
        for (int i = 0; i < hosts.length; i++) {
            if (first < 0 && hosts[i].total() > 0) {
                first = i;
            }
            healthy[i] = (int) (WHOLE * hosts[i].total() / all);
            left -= healthy[i];
        }
        healthy[first] += left;
    }

    /** The priority for {@code hash}; negative, as -1 - priority: of its degraded hosts. */
    public int choose(long hash) {
        int point = (int) Long.remainderUnsigned(hash, WHOLE) + 1;
        int sum = 0;
        for (int i = 0; i < healthy.length; i++) {
            sum += healthy[i];
            if (point <= sum) {
                return i;
            }
        }
        for (int i = 0; i < degraded.length; i++) {
            sum += degraded[i];
            if (point <= sum) {
                return -1 - i;
            }
        }
        return 0;
    }

    /** Percent of the requests that go to healthy hosts (in panic, to all) of {@code priority}. */
    public int healthy(int priority) {
        return healthy[priority];
    }

    /** Percent of the requests that go to degraded hosts of {@code priority}. */
    public int degraded(int priority) {
        return degraded[priority];
    }

    /** Whether all hosts of {@code priority} are used, well or not. */
    public boolean panics(int priority) {
        return panic[priority];
    }
}
