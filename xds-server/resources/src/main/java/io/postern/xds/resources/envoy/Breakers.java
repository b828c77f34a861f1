package io.postern.xds.resources.envoy;

import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.postern.xds.resources.document.Tree;

/** The bounds that an APIPolicy puts on clusters. */
final class Breakers {
    private Breakers() {}

    static void add(Cluster.Builder cluster, Tree breakers) {
        var thresholds = Thresholds.newBuilder();
        if (breakers.has("maxConnections")) {
            thresholds.setMaxConnections(number(breakers, "maxConnections"));
        }
        if (breakers.has("maxPendingRequests")) {
            thresholds.setMaxPendingRequests(number(breakers, "maxPendingRequests"));
        }
        if (breakers.has("maxRequests")) {
            thresholds.setMaxRequests(number(breakers, "maxRequests"));
        }
        if (breakers.has("maxRetries")) {
            thresholds.setMaxRetries(number(breakers, "maxRetries"));
        }
        cluster.setCircuitBreakers(CircuitBreakers.newBuilder().addThresholds(thresholds));
        if (breakers.has("outliers")) {
            cluster.setOutlierDetection(outliers(breakers.at("outliers")));
        }
    }

    private static OutlierDetection outliers(Tree outliers) {
        var detection = OutlierDetection.newBuilder();
        if (outliers.has("consecutive5xx")) {
            detection.setConsecutive5Xx(number(outliers, "consecutive5xx"));
        }
        if (outliers.has("interval")) {
            detection.setInterval(Protos.duration(outliers.text("interval")));
        }
        if (outliers.has("baseEjectionTime")) {
            detection.setBaseEjectionTime(Protos.duration(outliers.text("baseEjectionTime")));
        }
        if (outliers.has("maxEjectionPercent")) {
            detection.setMaxEjectionPercent(number(outliers, "maxEjectionPercent"));
        }
        return detection.build();
    }

    private static com.google.protobuf.UInt32Value number(Tree tree, String name) {
        return Protos.number(tree.number(name, 0));
    }
}
