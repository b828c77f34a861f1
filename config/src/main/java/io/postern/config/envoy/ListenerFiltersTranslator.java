package io.postern.config.envoy;

import io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol;
import io.postern.config.model.Listener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates the listener filters that change where a connection seems to come from. */
final class ListenerFiltersTranslator {
    private static final String FILTERS = "envoy.extensions.filters.listener.";
    private static final String PROXY_PROTOCOL = FILTERS + "proxy_protocol.v3.ProxyProtocol";
    private static final String ORIGINAL_DST = FILTERS + "original_dst.v3.OriginalDst";

    private ListenerFiltersTranslator() {}

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(PROXY_PROTOCOL)
                        .reads("allow_requests_without_proxy_protocol")
                        .accepts("it only names statistics", "stat_prefix"),
                MessageSupport.of(ORIGINAL_DST),
                MessageSupport.of(FILTERS + "http_inspector.v3.HttpInspector"));
    }

    /** Null: connections begin with nothing of the kind. */
    static Listener.@Nullable ProxyProtocol proxyProtocol(
            io.envoyproxy.envoy.config.listener.v3.Listener listener) {
        for (var filter : listener.getListenerFiltersList()) {
            if (Translation.is(filter.getTypedConfig(), PROXY_PROTOCOL)) {
                var message = Translation.unpack(filter.getTypedConfig(), ProxyProtocol.parser());
                return new Listener.ProxyProtocol(message.getAllowRequestsWithoutProxyProtocol());
            }
        }
        return null;
    }

    /** Whether connections were led here by the kernel, which knows where they were going. */
    static boolean restoresDestination(io.envoyproxy.envoy.config.listener.v3.Listener listener) {
        return listener.getListenerFiltersList().stream()
                .anyMatch(filter -> Translation.is(filter.getTypedConfig(), ORIGINAL_DST));
    }
}
