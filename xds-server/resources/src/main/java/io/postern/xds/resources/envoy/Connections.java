package io.postern.xds.resources.envoy;

import static io.postern.xds.resources.attach.Conditions.RESOLVED_REFS;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster.ClusterWeight;
import io.postern.xds.resources.attach.GatewayListener.Attachment;
import io.postern.xds.resources.envoy.Destination.Broken;
import io.postern.xds.resources.envoy.Destination.Known;

/** The backends of TCPRoutes and TLSRoutes; what cannot be resolved gets connections closed. */
final class Connections {
    private final Upstreams upstreams;

    Connections(Upstreams upstreams) {
        this.upstreams = upstreams;
    }

    Filter proxy(String name, Attachment attachment) {
        var shares = WeightedCluster.newBuilder();
        for (var rule : attachment.route().spec().items("rules")) {
            for (var reference : rule.items("backendRefs")) {
                int weight = reference.number("weight", 1);
                var cluster =
                        switch (upstreams.find(attachment.route(), reference, null)) {
                            case Known(var known) -> known;
                            case Broken(var reason, var message) -> {
                                attachment.conditions().fail(RESOLVED_REFS, reason, message);
                                yield Backends.NOWHERE;
                            }
                        };
                if (weight > 0) {
                    shares.addClusters(
                            ClusterWeight.newBuilder().setName(cluster).setWeight(weight));
                }
            }
        }
        var proxy = TcpProxy.newBuilder().setStatPrefix(name.replace('/', '.'));
        if (shares.getClustersCount() > 1) {
            proxy.setWeightedClusters(shares);
        } else {
            proxy.setCluster(
                    shares.getClustersCount() == 0
                            ? Backends.NOWHERE
                            : shares.getClusters(0).getName());
        }
        return Filter.newBuilder()
                .setName("envoy.filters.network.tcp_proxy")
                .setTypedConfig(Protos.any(proxy.build()))
                .build();
    }
}
