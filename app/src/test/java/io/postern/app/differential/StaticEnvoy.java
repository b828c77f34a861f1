package io.postern.app.differential;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.postern.xds.resources.GroupResources;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a management server would deliver, written into one bootstrap: {@code --mode validate} asks
 * nobody. Filters that come by ECDS are replaced by one that needs no module.
 */
final class StaticEnvoy {
    private final Bootstrap.Builder bootstrap = Bootstrap.newBuilder();
    private final Set<String> secrets = new HashSet<>();
    private int port = 1000;

    Bootstrap bootstrap() {
        return bootstrap.build();
    }

    void add(String name, GroupResources group) throws InvalidProtocolBufferException {
        Map<String, ClusterLoadAssignment> endpoints = new HashMap<>();
        Map<String, RouteConfiguration> tables = new HashMap<>();
        for (Message resource : group.resources()) {
            switch (resource) {
                case ClusterLoadAssignment one -> endpoints.put(one.getClusterName(), one);
                case RouteConfiguration one -> tables.put(one.getName(), one);
                case Secret one when secrets.add(one.getName()) ->
                        bootstrap.getStaticResourcesBuilder().addSecrets(one);
                default -> {}
            }
        }
        for (Message resource : group.resources()) {
            switch (resource) {
                case Cluster one ->
                        bootstrap
                                .getStaticResourcesBuilder()
                                .addClusters(cluster(name + " " + group.name(), one, endpoints));
                case Listener one ->
                        bootstrap
                                .getStaticResourcesBuilder()
                                .addListeners(listener(name + " " + group.name(), one, tables));
                default -> {}
            }
        }
    }

    private static Cluster cluster(
            String where, Cluster cluster, Map<String, ClusterLoadAssignment> endpoints) {
        var built = cluster.toBuilder().setName(where + " " + cluster.getName());
        if (cluster.getType() == DiscoveryType.EDS) {
            built.clearEdsClusterConfig()
                    .setType(DiscoveryType.STATIC)
                    .setLoadAssignment(endpoints.get(cluster.getName()));
        }
        return built.build();
    }

    private Listener listener(
            String where, Listener listener, Map<String, RouteConfiguration> tables)
            throws InvalidProtocolBufferException {
        var built = listener.toBuilder().setName(where + " " + listener.getName());
        built.getAddressBuilder().getSocketAddressBuilder().setPortValue(port++);
        for (FilterChain.Builder chain : built.getFilterChainsBuilderList()) {
            for (var filter : chain.getFiltersBuilderList()) {
                if (filter.getTypedConfig().is(HttpConnectionManager.class)) {
                    var manager = filter.getTypedConfig().unpack(HttpConnectionManager.class);
                    filter.setTypedConfig(Any.pack(manager(manager, tables)));
                }
            }
            if (chain.getTransportSocket().getTypedConfig().is(DownstreamTlsContext.class)) {
                var context =
                        chain
                                .getTransportSocket()
                                .getTypedConfig()
                                .unpack(DownstreamTlsContext.class)
                                .toBuilder();
                context.getCommonTlsContextBuilder()
                        .getTlsCertificateSdsSecretConfigsBuilderList()
                        .forEach(one -> one.clearSdsConfig());
                chain.getTransportSocketBuilder().setTypedConfig(Any.pack(context.build()));
            }
        }
        return built.build();
    }

    private static HttpConnectionManager manager(
            HttpConnectionManager manager, Map<String, RouteConfiguration> tables) {
        var built = manager.toBuilder();
        if (manager.hasRds()) {
            built.setRouteConfig(tables.get(manager.getRds().getRouteConfigName()));
        }
        for (var filter : built.getHttpFiltersBuilderList()) {
            if (filter.hasConfigDiscovery()) {
                filter.setTypedConfig(Any.pack(Cors.getDefaultInstance()));
            }
        }
        return built.build();
    }
}
