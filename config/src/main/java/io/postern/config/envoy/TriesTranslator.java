package io.postern.config.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.UInt64Value;
import io.envoyproxy.envoy.config.route.v3.HedgePolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.postern.config.model.MirrorPolicy;
import io.postern.config.model.Resilience;
import io.postern.config.model.RouteAction.Tries;
import io.postern.config.source.Spot;
import java.util.List;
import java.util.Map;

/**
 * Translates what a route says about its tries beside the retry policy; what it does not say, its
 * virtual host does.
 */
final class TriesTranslator {
    private final Translation translation;

    TriesTranslator(Translation translation) {
        this.translation = translation;
    }

    /**
     * What holds for routes that do not say it themselves.
     *
     * @param mirrors of the virtual host, or else of the table
     */
    record Outer(Tries tries, List<MirrorPolicy> mirrors) {}

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of("envoy.config.route.v3.HedgePolicy")
                        .reads("hedge_on_per_try_timeout")
                        .accepts(
                                "Envoy does nothing with it either",
                                "initial_requests",
                                "additional_request_chance"));
    }

    @SuppressWarnings("deprecation") // Envoy still takes per_request_buffer_limit_bytes
    Tries ofHost(VirtualHost host, Spot spot) {
        return new Tries(
                limit(
                        host.hasRequestBodyBufferLimit(),
                        host.getRequestBodyBufferLimit(),
                        host.hasPerRequestBufferLimitBytes(),
                        host.getPerRequestBufferLimitBytes(),
                        -1),
                hedges(host.getHedgePolicy()),
                resilience(host.getTypedPerFilterConfigMap(), Resilience.none(), spot));
    }

    @SuppressWarnings("deprecation") // Envoy still takes per_request_buffer_limit_bytes
    Tries ofRoute(Route route, Tries outer, Spot spot) {
        return new Tries(
                limit(
                        route.hasRequestBodyBufferLimit(),
                        route.getRequestBodyBufferLimit(),
                        route.hasPerRequestBufferLimitBytes(),
                        route.getPerRequestBufferLimitBytes(),
                        outer.bodyLimitBytes()),
                route.getRoute().hasHedgePolicy()
                        ? hedges(route.getRoute().getHedgePolicy())
                        : outer.hedges(),
                resilience(route.getTypedPerFilterConfigMap(), outer.resilience(), spot));
    }

    private static boolean hedges(HedgePolicy policy) {
        return policy.getHedgeOnPerTryTimeout();
    }

    private static long limit(
            boolean set, UInt64Value limit, boolean oldSet, UInt32Value old, long absent) {
        if (set) {
            return limit.getValue() < 0 ? Long.MAX_VALUE : limit.getValue();
        }
        return oldSet ? Integer.toUnsignedLong(old.getValue()) : absent;
    }

    private Resilience resilience(Map<String, Any> configs, Resilience outer, Spot spot) {
        Any own = configs.get(ResilienceTranslator.KEY);
        return own == null
                ? outer
                : new ResilienceTranslator(translation)
                        .policy(
                                own,
                                spot.field("typed_per_filter_config")
                                        .key(ResilienceTranslator.KEY));
    }
}
