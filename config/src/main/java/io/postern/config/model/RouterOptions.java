package io.postern.config.model;

import io.postern.sdk.HeaderName;
import java.util.List;

/**
 * How requests are forwarded, whatever their route.
 *
 * <p>Source: {@code envoy.extensions.filters.http.router.v3.Router}.
 *
 * @param suppressHeaders no x-envoy headers of the router's own, towards upstreams or clients
 * @param respectExpectedTimeout x-envoy-expected-rq-timeout-ms of a trusted client is the time-out
 * @param checkedHeaders a request where one of these has a value without meaning is refused
 */
public record RouterOptions(
        boolean suppressHeaders, boolean respectExpectedTimeout, List<HeaderName> checkedHeaders) {
    private static final RouterOptions DEFAULTS = new RouterOptions(false, false, List.of());

    public RouterOptions {
        checkedHeaders = List.copyOf(checkedHeaders);
    }

    /** Of a router that is configured with nothing. */
    public static RouterOptions defaults() {
        return DEFAULTS;
    }
}
