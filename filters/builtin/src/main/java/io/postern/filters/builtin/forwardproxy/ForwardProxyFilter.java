package io.postern.filters.builtin.forwardproxy;

import io.postern.config.model.ForwardProxySpec;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;

/**
 * Says which host a request is for, where its route says so. The host's name is looked up by the
 * cluster. Confined to the event loop.
 *
 * <p>Source: {@code envoy.extensions.filters.http.dynamic_forward_proxy.v3.PerRouteConfig}.
 */
final class ForwardProxyFilter implements Filter {
    private final ForwardProxySpec config;

    ForwardProxyFilter(ForwardProxySpec config) {
        this.config = config;
    }

    @Override
    public FilterStatus onRequestHeaders(HeaderMap headers, boolean endOfStream) {
        HeaderName from = config.hostHeader();
        String host = from == null ? config.host() : headers.get(from);
        if (host != null && !host.isEmpty()) {
            headers.set(HeaderName.AUTHORITY, host);
        }
        return FilterStatus.CONTINUE;
    }
}
