package io.postern.config.envoy;

import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.postern.config.model.MirrorPolicy;
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

    List<MirrorPolicy> translate(List<RequestMirrorPolicy> policies, Spot spot) {
        return Translation.each(policies, spot, this::translate);
    }

    private MirrorPolicy translate(RequestMirrorPolicy policy, Spot spot) {
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
                named ? null : HeaderName.ofRequest(policy.getClusterHeader()),
                policy.hasRuntimeFraction()
                        ? new RuntimeReader(translation)
                                .fraction(
                                        policy.getRuntimeFraction(), spot.field("runtime_fraction"))
                        : null,
                !policy.getDisableShadowHostSuffixAppend()
                        && policy.getHostRewriteLiteral().isEmpty(),
                policy.getHostRewriteLiteral());
    }
}
