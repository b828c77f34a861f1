package io.postern.config.envoy;

import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.postern.config.model.MirrorPolicy;
import io.postern.config.model.RouteMatch;
import io.postern.config.source.Spot;
import io.postern.sdk.HeaderName;
import java.util.List;

/** Translates {@code envoy.config.route.v3.RouteAction.RequestMirrorPolicy}. */
final class MirrorTranslator {
    private final Translation translation;
    private final RouteScope scope;

    MirrorTranslator(Translation translation, RouteScope scope) {
        this.translation = translation;
        this.scope = scope;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of("envoy.config.route.v3.RouteAction.RequestMirrorPolicy")
                        .reads(
                                "cluster",
                                "cluster_header",
                                "runtime_fraction",
                                "disable_shadow_host_suffix_append",
                                "host_rewrite_literal")
                        .accepts("mirrored requests have no spans", "trace_sampled"));
    }

    MirrorPolicy translate(RequestMirrorPolicy policy, Spot spot) {
        boolean named = policy.getClusterHeader().isEmpty();
        if (named == policy.getCluster().isEmpty()) {
            translation.error(
                    spot,
                    "a mirror needs one of cluster and cluster_header",
                    "name the cluster that gets the copies");
        } else if (named) {
            scope.checkCluster(policy.getCluster(), spot.field("cluster"));
        }
        return new MirrorPolicy(
                policy.getCluster(),
                named ? null : HeaderName.of(policy.getClusterHeader()),
                policy.hasRuntimeFraction()
                        ? fraction(policy.getRuntimeFraction().getDefaultValue())
                        : null,
                !policy.getDisableShadowHostSuffixAppend()
                        && policy.getHostRewriteLiteral().isEmpty(),
                policy.getHostRewriteLiteral());
    }

    private static RouteMatch.Fraction fraction(FractionalPercent percent) {
        int denominator =
                switch (percent.getDenominator()) {
                    case HUNDRED, UNRECOGNIZED -> 100;
                    case TEN_THOUSAND -> 10_000;
                    case MILLION -> 1_000_000;
                };
        return new RouteMatch.Fraction(Translation.clamp(percent.getNumerator()), denominator);
    }
}
