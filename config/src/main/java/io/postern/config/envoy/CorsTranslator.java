package io.postern.config.envoy;

import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.postern.config.model.CorsSpec;
import io.postern.config.model.FilterOverrides;
import io.postern.config.model.FilterOverrides.FilterOverride;
import io.postern.config.model.RouteMatch.Fraction;
import io.postern.config.source.Spot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Translates {@code envoy.extensions.filters.http.cors.v3.CorsPolicy}. */
final class CorsTranslator {
    private static final String FILTER = "envoy.filters.http.cors";
    static final String POLICY = "envoy.extensions.filters.http.cors.v3.CorsPolicy";

    private static final String[] FIELDS = {
        "allow_origin_string_match",
        "allow_methods",
        "allow_headers",
        "expose_headers",
        "max_age",
        "allow_credentials",
        "filter_enabled",
        "shadow_enabled",
        "allow_private_network_access",
        "forward_not_matching_preflights"
    };

    private final Translation translation;

    CorsTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(CorsSpec.TYPE),
                MessageSupport.of(POLICY).reads(FIELDS),
                MessageSupport.of("envoy.config.route.v3.CorsPolicy").reads(FIELDS));
    }

    CorsSpec policy(CorsPolicy policy, Spot spot) {
        return new CorsSpec(
                new CorsSpec.Policy(
                        Translation.each(
                                policy.getAllowOriginStringMatchList(),
                                spot.field("allow_origin_string_match"),
                                new MatcherTranslator(translation)::string),
                        policy.getAllowMethods(),
                        policy.getAllowHeaders(),
                        policy.getExposeHeaders(),
                        policy.getMaxAge(),
                        given(policy.hasAllowCredentials(), policy.getAllowCredentials()),
                        given(
                                policy.hasAllowPrivateNetworkAccess(),
                                policy.getAllowPrivateNetworkAccess()),
                        given(
                                policy.hasForwardNotMatchingPreflights(),
                                policy.getForwardNotMatchingPreflights()),
                        policy.hasFilterEnabled()
                                ? share(policy.getFilterEnabled(), spot.field("filter_enabled"))
                                : null,
                        policy.hasShadowEnabled()
                                ? share(policy.getShadowEnabled(), spot.field("shadow_enabled"))
                                : null));
    }

    /** Envoy reads the deprecated field where its filter's configuration says nothing. */
    FilterOverrides complete(
            FilterOverrides overrides,
            io.envoyproxy.envoy.config.route.v3.CorsPolicy deprecated,
            Set<String> filterNames,
            Spot spot) {
        if (!filterNames.contains(FILTER)) {
            translation.warning(spot, "no HTTP filter is named " + FILTER, "");
            return overrides;
        }
        Map<String, FilterOverride> all = new HashMap<>();
        all.put(FILTER, new FilterOverride.Configured(policy(renamed(deprecated), spot)));
        all.putAll(overrides.byFilterName());
        return new FilterOverrides(all);
    }

    // Both messages have fields of the same names and types under different numbers.
    private static CorsPolicy renamed(io.envoyproxy.envoy.config.route.v3.CorsPolicy deprecated) {
        var policy = CorsPolicy.newBuilder();
        deprecated
                .getAllFields()
                .forEach((field, value) ->
                        policy.setField(
                                CorsPolicy.getDescriptor().findFieldByName(field.getName()),
                                value));
        return policy.build();
    }

    private static @Nullable Boolean given(boolean set, BoolValue value) {
        return set ? value.getValue() : null;
    }

    private Fraction share(RuntimeFractionalPercent percent, Spot spot) {
        return new RuntimeReader(translation).fraction(percent, spot);
    }
}
