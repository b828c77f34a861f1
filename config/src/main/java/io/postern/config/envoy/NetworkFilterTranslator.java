package io.postern.config.envoy;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.wasm.v3.Wasm;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.FilterChain;
import io.postern.config.model.NetworkFilter;
import io.postern.config.model.TcpProxy;
import io.postern.config.model.Tls;
import io.postern.config.source.Spot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Translates the filters of a filter chain: plugins, then the one that serves its connections. */
final class NetworkFilterTranslator {
    private final Translation translation;
    private final ConnectionManagerTranslator managers;
    private final TcpProxyTranslator tcpProxies;
    private final WasmTranslator plugins;

    NetworkFilterTranslator(Translation translation, Set<String> clusterNames) {
        this.translation = translation;
        this.managers = new ConnectionManagerTranslator(translation, clusterNames);
        this.tcpProxies = new TcpProxyTranslator(translation, clusterNames);
        this.plugins = new WasmTranslator(translation);
    }

    FilterChain translate(
            io.envoyproxy.envoy.config.listener.v3.FilterChain chain,
            FilterChain.Match match,
            Tls.@Nullable Downstream tls,
            Spot spot) {
        var filters = chain.getFiltersList();
        var passed = new ArrayList<NetworkFilter>();
        TcpProxy tcp = null;
        var http = io.postern.config.model.HttpConnectionManager.none();
        boolean served = false;
        for (int i = 0; i < filters.size(); i++) {
            var any = filters.get(i).getTypedConfig();
            var at = spot.index(i).field("typed_config");
            boolean last = i == filters.size() - 1;
            switch (MessageTypes.nameOf(any.getTypeUrl())) {
                case WasmTranslator.NETWORK -> passed.add(plugin(filters.get(i), at));
                case TcpProxyTranslator.TYPE -> {
                    tcp = tcpProxies.translate(unpack(any), at);
                    served = terminal(filters.get(i), last, spot.index(i));
                }
                case ConnectionManagerTranslator.TYPE -> {
                    http = managers.translate(manager(any), at);
                    served = terminal(filters.get(i), last, spot.index(i));
                }
                case "" -> served = nameOnly(filters.get(i).getName(), spot.index(i));
                default -> served = true; // refused before
            }
        }
        if (!served) {
            unserved(filters, spot);
        }
        return new FilterChain(
                chain.getName(),
                match,
                tls,
                http,
                tcp,
                List.copyOf(passed),
                MetadataTranslator.translate(chain.getMetadata()));
    }

    // Large, and read again whenever its routes change.
    private HttpConnectionManager manager(Any any) {
        return translation
                .references()
                .remember(
                        new ManagerKey(any),
                        () -> Translation.unpack(any, HttpConnectionManager.parser()));
    }

    private record ManagerKey(Any octets) {}

    private static io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy unpack(
            Any any) {
        return Translation.unpack(
                any, io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.parser());
    }

    private NetworkFilter plugin(Filter filter, Spot spot) {
        var config = Translation.unpack(filter.getTypedConfig(), Wasm.parser()).getConfig();
        return new NetworkFilter(
                filter.getName(),
                plugins.translate(config, filter.getName(), spot.field("config")));
    }

    private boolean terminal(Filter filter, boolean last, Spot spot) {
        if (!last) {
            translation.error(
                    spot,
                    "the network filter \""
                            + filter.getName()
                            + "\" serves the connections and is not the last one",
                    "move it to the end of filters");
        }
        return true;
    }

    private boolean nameOnly(String name, Spot spot) {
        translation.error(
                spot,
                "the network filter \"" + name + "\" has no typed_config",
                "add typed_config with \"@type\": "
                        + MessageTypes.URL_PREFIX
                        + ConnectionManagerTranslator.TYPE);
        return true; // one error is enough
    }

    private void unserved(List<Filter> filters, Spot spot) {
        translation.error(
                spot,
                filters.size()
                        + " network filters, none of which serves the connections (expected: an"
                        + " HTTP connection manager or a TCP proxy at the end)",
                "");
    }
}
