package io.postern.filters.builtin.statefulsession;

import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;

/**
 * Sends a request to the host of its session, and tells the client when that has become another
 * one. Confined to the event loop.
 *
 * <p>Source: {@code envoy.extensions.filters.http.stateful_session.v3}.
 */
final class StatefulSessionFilter implements Filter {
    private final SessionState session;
    private final boolean strict;
    private final FilterCallbacks callbacks;
    private boolean active;
    private String host = "";

    StatefulSessionFilter(SessionState session, boolean strict, FilterCallbacks callbacks) {
        this.session = session;
        this.strict = strict;
        this.callbacks = callbacks;
    }

    @Override
    public FilterStatus onRequestHeaders(HeaderMap headers, boolean endOfStream) {
        active = session.covers(headers);
        if (active) {
            host = session.host(headers);
            if (!host.isEmpty()) {
                callbacks.overrideUpstreamHost(host, strict);
            }
        }
        return FilterStatus.CONTINUE;
    }

    @Override
    public FilterStatus onResponseHeaders(HeaderMap headers, boolean endOfStream) {
        if (active) {
            String chosen = callbacks.streamInfo().upstreamHost();
            if (!chosen.isEmpty() && !chosen.equals(host)) {
                session.tell(chosen, headers);
            }
        }
        return FilterStatus.CONTINUE;
    }
}
