package io.postern.xds.resources.envoy;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.postern.config.model.ResourceType;
import io.postern.xds.resources.TranslationOptions.ContentServer;
import java.net.URI;

/**
 * The cluster through which nodes fetch plugins from the management server: nodes get it with
 * everything else, so that their bootstraps need not know of it.
 */
final class ContentCluster {
    private static final int HTTP = 80;

    private ContentCluster() {}

    /** Adds it if the group has plugins. */
    static void add(ContentServer server, GroupDraft group) {
        if (group.all().stream().anyMatch(made -> made.type() == ResourceType.EXTENSION)) {
            group.add(ResourceType.CLUSTER, of(server));
        }
    }

    private static Cluster of(ContentServer server) {
        URI uri = URI.create(server.url());
        int port = uri.getPort() < 0 ? HTTP : uri.getPort();
        var address =
                Address.newBuilder()
                        .setSocketAddress(
                                SocketAddress.newBuilder()
                                        .setAddress(uri.getHost())
                                        .setPortValue(port));
        var endpoint =
                LbEndpoint.newBuilder().setEndpoint(Endpoint.newBuilder().setAddress(address));
        return Cluster.newBuilder()
                .setName(server.cluster())
                .setType(DiscoveryType.STRICT_DNS)
                .setConnectTimeout(Protos.duration("5s"))
                .setLoadAssignment(
                        ClusterLoadAssignment.newBuilder()
                                .setClusterName(server.cluster())
                                .addEndpoints(
                                        LocalityLbEndpoints.newBuilder().addLbEndpoints(endpoint)))
                .build();
    }
}
