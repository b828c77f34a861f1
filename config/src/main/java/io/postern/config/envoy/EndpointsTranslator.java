package io.postern.config.envoy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.postern.config.model.Address;
import io.postern.config.model.Cluster.Assignment;
import io.postern.config.model.Cluster.Discovery;
import io.postern.config.model.Cluster.Endpoint;
import io.postern.config.model.Cluster.Health;
import io.postern.config.model.Cluster.LocalityEndpoints;
import io.postern.config.model.HealthCheck;
import io.postern.config.model.RouteMatch.Fraction;
import io.postern.config.source.Spot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates {@code envoy.config.endpoint.v3.ClusterLoadAssignment}. */
final class EndpointsTranslator {
    private static final int OVERPROVISIONING = 140;

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
                        .reads("cluster_name", "endpoints", "policy")
                        .accepts("only what the endpoints name counts", "named_endpoints"),
                MessageSupport.of(endpoint + "ClusterLoadAssignment.Policy")
                        .reads(
                                "overprovisioning_factor",
                                "weighted_priority_health",
                                "drop_overloads")
                        .accepts("endpoints hold until others come", "endpoint_stale_after"),
                MessageSupport.of(endpoint + "ClusterLoadAssignment.Policy.DropOverload")
                        .reads("category", "drop_percentage"),
                MessageSupport.of(endpoint + "LocalityLbEndpoints")
                        .reads("locality", "lb_endpoints", "load_balancing_weight", "priority")
                        .opaque("metadata"),
                MessageSupport.of(endpoint + "LbEndpoint")
                        .reads("endpoint", "health_status", "load_balancing_weight")
                        .opaque("metadata"),
                MessageSupport.of(endpoint + "Endpoint")
                        .reads("address", "hostname", "health_check_config")
                        .accepts("connections go to address", "additional_addresses"),
                MessageSupport.of(endpoint + "Endpoint.HealthCheckConfig")
                        .reads("port_value", "hostname", "address", "disable_active_health_check"));
    }

    Assignment translate(ClusterLoadAssignment assignment, Discovery discovery, Spot spot) {
        boolean named =
                !(discovery instanceof Discovery.Static || discovery instanceof Discovery.Eds);
        var policy = assignment.getPolicy();
        return new Assignment(
                Translation.each(
                        assignment.getEndpointsList(),
                        spot.field("endpoints"),
                        (locality, at) -> locality(locality, named, at)),
                Translation.number(
                        policy.hasOverprovisioningFactor(),
                        policy.getOverprovisioningFactor(),
                        OVERPROVISIONING),
                policy.getWeightedPriorityHealth(),
                dropped(policy, spot.field("policy").field("drop_overloads")));
    }

    /** One category, as in Envoy. */
    private @Nullable Fraction dropped(ClusterLoadAssignment.Policy policy, Spot spot) {
        if (policy.getDropOverloadsCount() == 0) {
            return null;
        }
        if (policy.getDropOverloadsCount() > 1) {
            translation.error(
                    spot.index(1),
                    policy.getDropOverloadsCount() + " drop_overloads (expected: 1 at most)",
                    "add the percentages up to one");
        }
        return common.fraction(
                policy.getDropOverloads(0).getDropPercentage(),
                spot.index(0).field("drop_percentage"));
    }

    private LocalityEndpoints locality(LocalityLbEndpoints locality, boolean named, Spot spot) {
        return new LocalityEndpoints(
                locality.getLocality().getRegion(),
                locality.getLocality().getZone(),
                locality.getLocality().getSubZone(),
                locality.getPriority(),
                Translation.clamp(locality.getLoadBalancingWeight().getValue()),
                Translation.each(
                        locality.getLbEndpointsList(),
                        spot.field("lb_endpoints"),
                        (host, hostSpot) -> endpoint(host, named, hostSpot)));
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
                health(host.getHealthStatus()),
                endpoint.hasHealthCheckConfig()
                        ? check(endpoint.getHealthCheckConfig(), at.field("health_check_config"))
                        : null,
                StructJson.members(
                        host.getMetadata()
                                .getFilterMetadataOrDefault(
                                        "envoy.transport_socket_match",
                                        Struct.getDefaultInstance())),
                hashKey(host),
                SubsetsTranslator.metadata(host.getMetadata()),
                SubsetsTranslator.lists(host.getMetadata()),
                MetadataTranslator.translate(host.getMetadata()));
    }

    private HealthCheck.Target check(
            io.envoyproxy.envoy.config.endpoint.v3.Endpoint.HealthCheckConfig config, Spot spot) {
        return new HealthCheck.Target(
                config.getPortValue(),
                config.getHostname(),
                config.hasAddress()
                        ? common.address(config.getAddress(), false, spot.field("address"))
                        : null,
                config.getDisableActiveHealthCheck());
    }

    /** What consistent hashing takes instead of the address. */
    private static String hashKey(LbEndpoint host) {
        return host.getMetadata()
                .getFilterMetadataOrDefault("envoy.lb", Struct.getDefaultInstance())
                .getFieldsOrDefault("hash_key", Value.getDefaultInstance())
                .getStringValue();
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
