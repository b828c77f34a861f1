package io.postern.config.model;

import io.postern.sdk.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * Sends a copy of requests to another cluster, whose answers nobody hears.
 *
 * <p>Source: {@code envoy.config.route.v3.RouteAction.RequestMirrorPolicy}.
 *
 * @param cluster empty when {@code clusterHeader} names it
 * @param clusterHeader null: {@code cluster} it is
 * @param fraction share of the requests, null: all
 * @param suffix {@code -shadow} is appended to the host
 * @param host instead of the request's; may be empty
 */
public record MirrorPolicy(
        String cluster,
        @Nullable HeaderName clusterHeader,
        RouteMatch.@Nullable Fraction fraction,
        boolean suffix,
        String host) {}
