package io.postern.xds.resources.envoy;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.EdsClusterConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig;
import io.postern.config.model.ResourceType;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.envoy.Upstream.Wire;
import java.util.HashMap;
import java.util.Map;

/** Makes clusters and their endpoints. */
final class ClusterMaker {
    private static final String HTTP_OPTIONS =
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    private final GroupDraft group;
    private final EndpointMaker endpoints;
    private final UpstreamTls tls;
    private final Map<String, String> problems = new HashMap<>();

    ClusterMaker(Translating translating, GroupDraft group) {
        this.group = group;
        this.endpoints = new EndpointMaker(translating.inventory());
        this.tls = new UpstreamTls(translating);
    }

    /** Whether a policy asks for TLS to this port of a Service. */
    boolean isSecured(Document service, String portName) {
        return tls.isAskedFor(service, portName);
    }

    /** Makes the cluster unless it is there; what keeps it from that, or nothing. */
    String make(Upstream upstream) {
        return problems.computeIfAbsent(upstream.name(), _ -> add(upstream));
    }

    private String add(Upstream upstream) {
        var backend = upstream.backend();
        var security = tls.of(upstream);
        if (security instanceof UpstreamTls.Broken(var problem)) {
            return problem;
        }
        var assignment = endpoints.of(upstream);
        var cluster =
                Cluster.newBuilder()
                        .setName(upstream.name())
                        .setConnectTimeout(
                                Protos.duration(backend.spec().text("connectTimeout", "5s")))
                        .setLbPolicy(policy(backend));
        if (security instanceof UpstreamTls.Secured(var context)) {
            cluster.setTransportSocket(Protos.tls(context));
        }
        place(cluster, assignment, upstream);
        if (upstream.wire() == Wire.HTTP2) {
            cluster.putTypedExtensionProtocolOptions(HTTP_OPTIONS, http2());
        }
        HealthChecks.add(cluster, backend.spec().at("healthCheck"));
        var breakers = upstream.breakers();
        if (breakers == null) {
            group.add(ResourceType.CLUSTER, cluster.build(), backend);
        } else {
            Breakers.add(cluster, breakers.spec().at("breakers"));
            group.add(ResourceType.CLUSTER, cluster.build(), backend, breakers);
        }
        return "";
    }

    // Addresses change without the cluster; names are resolved by the nodes.
    private void place(Cluster.Builder cluster, EndpointMaker.Endpoints found, Upstream upstream) {
        var assignment = ClusterLoadAssignment.newBuilder().setClusterName(upstream.name());
        if (!found.endpoints().isEmpty()) {
            assignment.addEndpoints(found.locality());
        }
        if (found.names()) {
            cluster.setType(DiscoveryType.STRICT_DNS).setLoadAssignment(assignment);
            return;
        }
        cluster.setType(DiscoveryType.EDS)
                .setEdsClusterConfig(EdsClusterConfig.newBuilder().setEdsConfig(Protos.ads()));
        group.add(ResourceType.ENDPOINTS, assignment.build(), upstream.backend());
    }

    private static LbPolicy policy(Document backend) {
        return switch (backend.spec().text("loadBalancing")) {
            case "LeastRequest" -> LbPolicy.LEAST_REQUEST;
            case "Random" -> LbPolicy.RANDOM;
            default -> LbPolicy.ROUND_ROBIN;
        };
    }

    private static Any http2() {
        return Protos.any(
                HttpProtocolOptions.newBuilder()
                        .setExplicitHttpConfig(
                                ExplicitHttpConfig.newBuilder()
                                        .setHttp2ProtocolOptions(
                                                Http2ProtocolOptions.getDefaultInstance()))
                        .build());
    }
}
