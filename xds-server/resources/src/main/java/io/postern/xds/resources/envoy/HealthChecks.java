package io.postern.xds.resources.envoy;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.HealthCheck;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.GrpcHealthCheck;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.HttpHealthCheck;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.TcpHealthCheck;
import io.envoyproxy.envoy.type.v3.Int64Range;
import io.postern.xds.resources.document.Tree;

/** The health checks of Backends. */
final class HealthChecks {
    private HealthChecks() {}

    static void add(Cluster.Builder cluster, Tree check) {
        if (!check.isPresent()) {
            return;
        }
        var health =
                HealthCheck.newBuilder()
                        .setInterval(Protos.duration(check.text("interval", "10s")))
                        .setTimeout(Protos.duration(check.text("timeout", "1s")))
                        .setUnhealthyThreshold(Protos.number(check.number("unhealthyThreshold", 3)))
                        .setHealthyThreshold(Protos.number(check.number("healthyThreshold", 1)));
        if (check.has("tcp")) {
            health.setTcpHealthCheck(TcpHealthCheck.getDefaultInstance());
        } else if (check.has("grpc")) {
            health.setGrpcHealthCheck(
                    GrpcHealthCheck.newBuilder().setServiceName(check.at("grpc").text("service")));
        } else {
            health.setHttpHealthCheck(http(check.at("http")));
        }
        cluster.addHealthChecks(health);
    }

    private static HttpHealthCheck http(Tree tree) {
        var http =
                HttpHealthCheck.newBuilder().setPath(tree.text("path")).setHost(tree.text("host"));
        for (var status : tree.texts("statuses")) {
            long code = Long.parseLong(status);
            http.addExpectedStatuses(Int64Range.newBuilder().setStart(code).setEnd(code + 1));
        }
        return http.build();
    }
}
