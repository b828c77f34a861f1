package io.postern.config.envoy;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.postern.config.model.ProxyStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates {@code proxy_status_config} of a connection manager. */
final class ProxyStatusTranslator {
    private static final String DEFAULT_NAME = "envoy";

    private ProxyStatusTranslator() {}

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(ConnectionManagerTranslator.TYPE + ".ProxyStatusConfig")
                        .reads(
                                "remove_details",
                                "remove_response_flags",
                                "set_recommended_response_code",
                                "use_node_id",
                                "literal_proxy_name")
                        .accepts(
                                "nothing is known of how connections ended when a response begins",
                                "remove_connection_termination_details"));
    }

    static @Nullable ProxyStatus translate(HttpConnectionManager manager) {
        if (!manager.hasProxyStatusConfig()) {
            return null;
        }
        var config = manager.getProxyStatusConfig();
        String server = manager.getServerName().isEmpty() ? DEFAULT_NAME : manager.getServerName();
        return new ProxyStatus(
                switch (config.getProxyNameCase()) {
                    case USE_NODE_ID -> null;
                    case LITERAL_PROXY_NAME -> config.getLiteralProxyName();
                    case PROXYNAME_NOT_SET -> server;
                },
                !config.getRemoveDetails(),
                !config.getRemoveResponseFlags(),
                config.getSetRecommendedResponseCode());
    }
}
