package io.postern.config.model;

/**
 * Lets requests wait while the virtual host for their host is fetched.
 *
 * <p>Source: {@code envoy.extensions.filters.http.on_demand.v3.OnDemand}.
 */
public record OnDemand() implements FilterSpec {
    @Override
    public String typeName() {
        return "envoy.extensions.filters.http.on_demand.v3.OnDemand";
    }
}
