package io.postern.config.envoy;

import com.google.protobuf.Any;
import io.postern.config.model.FilterOverrides;
import io.postern.config.source.Nearest;
import io.postern.config.source.Spot;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What routes refer to: the clusters of the configuration and the filters of the connection manager
 * around them.
 *
 * @param clusterNames of all clusters
 * @param validatesClusters whether an unknown cluster is an error (Envoy: yes for route_config)
 * @param filterNames of the filters of the chain, the router included
 */
record RouteScope(
        Translation translation,
        Set<String> clusterNames,
        boolean validatesClusters,
        Set<String> filterNames) {

    /** A cluster that a route names. */
    void checkCluster(String cluster, Spot spot) {
        if (!clusterNames.contains(cluster) && validatesClusters) {
            var cure = Nearest.cure(cluster, clusterNames);
            translation.error(
                    spot,
                    "no such cluster: \"" + cluster + "\"",
                    cure.isEmpty() ? "add it to static_resources.clusters" : cure);
        }
    }

    /**
     * The {@code typed_per_filter_config} of {@code owner}, completed by its deprecated {@code
     * cors} field; null when that is not set.
     */
    FilterOverrides overrides(
            Map<String, Any> configs,
            io.envoyproxy.envoy.config.route.v3.@Nullable CorsPolicy cors,
            Spot owner) {
        FilterOverrides overrides = overrides(configs, owner);
        return cors == null
                ? overrides
                : new CorsTranslator(translation)
                        .complete(overrides, cors, filterNames, owner.field("cors"));
    }

    /** The {@code typed_per_filter_config} of {@code owner}. */
    FilterOverrides overrides(Map<String, Any> configs, Spot owner) {
        return new FilterOverridesTranslator(translation, filterNames)
                .translate(configs, owner.field("typed_per_filter_config"));
    }
}
