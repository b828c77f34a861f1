package io.postern.config.model;

import io.postern.sdk.Metadata;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes of some domains.
 *
 * <p>Source: {@code envoy.config.route.v3.VirtualHost}.
 *
 * @param domains {@code example.com}, {@code *.example.com}, {@code example.*} or {@code *}
 * @param retryPolicy for routes without their own; null: none
 * @param includeIsTimeoutRetry retries tell the upstream whether they follow a time-out
 */
public record VirtualHost(
        String name,
        List<String> domains,
        List<Route> routes,
        TlsRequirement tlsRequirement,
        HeaderMutations headerMutations,
        @Nullable RetryPolicy retryPolicy,
        boolean includeRequestAttemptCount,
        boolean includeAttemptCountInResponse,
        boolean includeIsTimeoutRetry,
        FilterOverrides filterOverrides,
        Metadata metadata) {
    public VirtualHost {
        domains = List.copyOf(domains);
        routes = List.copyOf(routes);
    }

    /** Whether plain-text requests are redirected to https. */
    public enum TlsRequirement {
        NONE,
        EXTERNAL_ONLY,
        ALL
    }
}
