package io.postern.config.model;

import io.postern.sdk.Metadata;

/**
 * What happens to the requests that match.
 *
 * <p>Source: {@code envoy.config.route.v3.Route}.
 *
 * @param name may be empty
 */
public record Route(
        String name,
        RouteMatch match,
        RouteAction action,
        HeaderMutations headerMutations,
        FilterOverrides filterOverrides,
        Metadata metadata) {}
