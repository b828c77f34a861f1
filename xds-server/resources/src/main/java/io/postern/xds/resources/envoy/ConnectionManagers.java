package io.postern.xds.resources.envoy;

import io.envoyproxy.envoy.config.core.v3.ExtensionConfigSource;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions.HeadersWithUnderscoresAction;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.postern.xds.resources.envoy.Extension.Usable;
import java.util.List;

/**
 * Makes connection managers: as at the edge of a network, where paths are made one before anything
 * decides about them, and names with underscores, which upstreams take for others, are refused.
 */
final class ConnectionManagers {
    private ConnectionManagers() {}

    static Filter of(String name, RuleExtensions filters) {
        var manager =
                HttpConnectionManager.newBuilder()
                        .setStatPrefix(name.replace('/', '.'))
                        .setRds(
                                Rds.newBuilder()
                                        .setConfigSource(Protos.ads())
                                        .setRouteConfigName(name))
                        .setUseRemoteAddress(Protos.truth(true))
                        .setNormalizePath(Protos.truth(true))
                        .setMergeSlashes(true)
                        .setPathWithEscapedSlashesAction(
                                PathWithEscapedSlashesAction.UNESCAPE_AND_REDIRECT)
                        .setCommonHttpProtocolOptions(
                                HttpProtocolOptions.newBuilder()
                                        .setHeadersWithUnderscoresAction(
                                                HeadersWithUnderscoresAction.REJECT_REQUEST))
                        .addUpgradeConfigs(UpgradeConfig.newBuilder().setUpgradeType("websocket"));
        if (filters.hasCors()) {
            manager.addHttpFilters(
                    HttpFilter.newBuilder()
                            .setName(Cors.FILTER)
                            .setTypedConfig(
                                    Protos.any(
                                            io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors
                                                    .getDefaultInstance())));
        }
        for (var extension : filters.used()) {
            if (extension.content() instanceof Usable(var config, var typeUrls)) {
                var types =
                        typeUrls.isEmpty() ? List.of(Protos.any(config).getTypeUrl()) : typeUrls;
                manager.addHttpFilters(
                        discovered(extension, types, !filters.isEverywhere(extension)));
            }
        }
        manager.addHttpFilters(
                HttpFilter.newBuilder()
                        .setName("envoy.filters.http.router")
                        .setTypedConfig(Protos.any(Router.getDefaultInstance())));
        return Filter.newBuilder()
                .setName("envoy.filters.network.http_connection_manager")
                .setTypedConfig(Protos.any(manager.build()))
                .build();
    }

    // A new version of a plugin changes one resource, and no listener.
    private static HttpFilter discovered(
            Extension extension, List<String> types, boolean disabled) {
        return HttpFilter.newBuilder()
                .setName(extension.filter())
                .setDisabled(disabled)
                .setConfigDiscovery(
                        ExtensionConfigSource.newBuilder()
                                .setConfigSource(Protos.ads())
                                .addAllTypeUrls(types))
                .build();
    }
}
