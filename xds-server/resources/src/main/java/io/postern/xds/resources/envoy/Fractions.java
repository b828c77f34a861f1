package io.postern.xds.resources.envoy;

import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.FractionalPercent.DenominatorType;
import io.postern.xds.resources.document.Tree;

/** How much is mirrored: Envoy knows hundredths, ten thousandths and millionths. */
final class Fractions {
    private static final int MILLION = 1_000_000;

    private Fractions() {}

    static void of(Tree mirror, RequestMirrorPolicy.Builder policy) {
        var percent = FractionalPercent.newBuilder();
        if (mirror.has("percent")) {
            percent.setNumerator(mirror.number("percent", 100));
        } else if (mirror.has("fraction")) {
            var fraction = mirror.at("fraction");
            long numerator = fraction.number("numerator", 1);
            long denominator = fraction.number("denominator", 100);
            percent.setNumerator((int) Math.min(MILLION, numerator * MILLION / denominator))
                    .setDenominator(DenominatorType.MILLION);
        } else {
            return; // all
        }
        policy.setRuntimeFraction(RuntimeFractionalPercent.newBuilder().setDefaultValue(percent));
    }
}
