package io.postern.config.model;

import io.postern.sdk.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * The dynamic forward proxy's filter: which host a request is for. Names are looked up by the
 * cluster.
 *
 * <p>Source: {@code envoy.extensions.filters.http.dynamic_forward_proxy.v3}.
 *
 * @param host instead of the request's; empty: none
 * @param hostHeader whose value counts instead; null: none
 */
public record ForwardProxySpec(String host, @Nullable HeaderName hostHeader) implements FilterSpec {
    /** Of its message. */
    public static final String TYPE =
            "envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig";

    @Override
    public String typeName() {
        return TYPE;
    }
}
