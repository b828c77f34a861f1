package io.postern.config.envoy;

import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.postern.config.model.Address;
import io.postern.config.model.Cluster.Discovery;
import io.postern.config.model.Cluster.Endpoint;
import io.postern.config.model.Cluster.Health;
import io.postern.config.model.Cluster.LocalityEndpoints;
import io.postern.config.source.Spot;
import java.util.List;

/** Translates {@code envoy.config.endpoint.v3.ClusterLoadAssignment}. */
final class EndpointsTranslator {
    private final Translation translation;
    private final CommonTranslator common;

    EndpointsTranslator(Translation translation) {
        this.translation = translation;
        this.common = new CommonTranslator(translation);
    }

    static List<MessageSupport> declared() {
        var endpoint = "envoy.config.endpoint.v3.";
        return List.of(
                MessageSupport.of(endpoint + "ClusterLoadAssignment")
                        .reads("cluster_name", "endpoints")
                        .accepts("only what the endpoints name counts", "named_endpoints"),
                MessageSupport.of(endpoint + "LocalityLbEndpoints")
                        .reads("locality", "lb_endpoints", "load_balancing_weight", "priority")
                        .accepts("nothing reads it yet", "metadata"),
                MessageSupport.of(endpoint + "LbEndpoint")
                        .reads("endpoint", "health_status", "load_balancing_weight")
                        .accepts("nothing reads it yet", "metadata"),
                MessageSupport.of(endpoint + "Endpoint")
                        .reads("address", "hostname")
                        .accepts("there are no active health checks yet", "health_check_config"));
    }

    List<LocalityEndpoints> translate(
            ClusterLoadAssignment assignment, Discovery discovery, Spot spot) {
        var at = spot.field("endpoints");
        boolean named =
                !(discovery instanceof Discovery.Static || discovery instanceof Discovery.Eds);
        return Translation.each(
                assignment.getEndpointsList(),
                at,
                (locality, localitySpot) ->
                        new LocalityEndpoints(
                                locality.getLocality().getRegion(),
                                locality.getLocality().getZone(),
                                locality.getLocality().getSubZone(),
                                locality.getPriority(),
                                Translation.clamp(locality.getLoadBalancingWeight().getValue()),
                                Translation.each(
                                        locality.getLbEndpointsList(),
                                        localitySpot.field("lb_endpoints"),
                                        (host, hostSpot) -> endpoint(host, named, hostSpot))));
    }

    private Endpoint endpoint(LbEndpoint host, boolean named, Spot spot) {
        var at = spot.field("endpoint");
        var endpoint = host.getEndpoint();
        if (!endpoint.hasAddress()) {
            translation.error(at, "the endpoint has no address");
        }
        var address = common.address(endpoint.getAddress(), named, at.field("address"));
        if (named && address instanceof Address.Pipe && endpoint.hasAddress()) {
            translation.error(
                    at.field("address"),
                    "a pipe in a cluster whose hosts are found by DNS",
                    "use type: STATIC");
        }
        int weight = Translation.clamp(host.getLoadBalancingWeight().getValue());
        return new Endpoint(
                address,
                endpoint.getHostname(),
                host.hasLoadBalancingWeight() ? weight : 1,
                health(host.getHealthStatus()));
    }

    private static Health health(HealthStatus status) {
        return switch (status) {
            case UNKNOWN, UNRECOGNIZED -> Health.UNKNOWN;
            case HEALTHY -> Health.HEALTHY;
            case UNHEALTHY -> Health.UNHEALTHY;
            case DRAINING -> Health.DRAINING;
            case TIMEOUT -> Health.TIMEOUT;
            case DEGRADED -> Health.DEGRADED;
        };
    }
}
