package io.postern.core.upstream;

import io.postern.config.model.Cluster.Health;

/**
 * Why a host is not well, as bits; several may be set. Thread-safe: stateless.
 *
 * <p>Source: Envoy's {@code Host::HealthFlag}; the names are those of /clusters.
 */
final class HealthFlags {
    static final int FAILED_ACTIVE_HC = 1;
    static final int FAILED_OUTLIER_CHECK = 1 << 1;
    static final int FAILED_EDS_HEALTH = 1 << 2;
    static final int DEGRADED_ACTIVE_HC = 1 << 3;
    static final int DEGRADED_EDS_HEALTH = 1 << 4;
    static final int PENDING_DYNAMIC_REMOVAL = 1 << 5;
    static final int PENDING_ACTIVE_HC = 1 << 6;
    static final int EXCLUDED_VIA_IMMEDIATE_HC_FAIL = 1 << 7;
    static final int ACTIVE_HC_TIMEOUT = 1 << 8;
    static final int EDS_STATUS_DRAINING = 1 << 9;

    private static final int UNHEALTHY =
            FAILED_ACTIVE_HC | FAILED_OUTLIER_CHECK | FAILED_EDS_HEALTH | EDS_STATUS_DRAINING;
    private static final int DEGRADED = DEGRADED_ACTIVE_HC | DEGRADED_EDS_HEALTH;

    private static final String[] NAMES = {
        "/failed_active_hc",
        "/failed_outlier_check",
        "/failed_eds_health",
        "/degraded_active_hc",
        "/degraded_eds_health",
        "/pending_dynamic_removal",
        "/pending_active_hc",
        "/excluded_via_immediate_hc_fail",
        "/active_hc_timeout",
        "/eds_status_draining"
    };

    private HealthFlags() {}

    /** What the configuration or the control plane says. */
    static int of(Health health) {
        return switch (health) {
            case UNKNOWN, HEALTHY -> 0;
            case UNHEALTHY, TIMEOUT -> FAILED_EDS_HEALTH;
            case DRAINING -> EDS_STATUS_DRAINING;
            case DEGRADED -> DEGRADED_EDS_HEALTH;
        };
    }

    static boolean isExcluded(int flags) {
        return (flags & (PENDING_ACTIVE_HC | EXCLUDED_VIA_IMMEDIATE_HC_FAIL)) != 0;
    }

    static boolean isUnhealthy(int flags) {
        return (flags & UNHEALTHY) != 0;
    }

    static boolean isDegraded(int flags) {
        return !isUnhealthy(flags) && (flags & DEGRADED) != 0;
    }

    /** {@code healthy}, or the names of all flags. */
    static String text(int flags) {
        if (flags == 0) {
            return "healthy";
        }
        var text = new StringBuilder();
        for (int i = 0; i < NAMES.length; i++) {
            if ((flags & (1 << i)) != 0) {
                text.append(NAMES[i]);
            }
        }
        return text.toString();
    }
}
