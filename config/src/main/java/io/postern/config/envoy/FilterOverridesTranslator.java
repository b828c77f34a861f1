package io.postern.config.envoy;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.FilterOverrides;
import io.postern.config.model.FilterOverrides.FilterOverride;
import io.postern.config.source.Nearest;
import io.postern.config.source.Spot;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Translates {@code typed_per_filter_config}. */
final class FilterOverridesTranslator {
    private static final String FILTER_CONFIG = "envoy.config.route.v3.FilterConfig";

    private final Translation translation;
    private final Set<String> filterNames;
    private final HttpFilterTranslator filters;

    FilterOverridesTranslator(Translation translation, Set<String> filterNames) {
        this.translation = translation;
        this.filterNames = filterNames;
        this.filters = new HttpFilterTranslator(translation);
    }

    FilterOverrides translate(Map<String, Any> configs, Spot spot) {
        var overrides = new HashMap<String, FilterOverride>();
        configs.forEach((name, any) -> {
            var at = spot.key(name);
            if (name.equals(ResilienceTranslator.KEY)) {
                return; // no filter's: TriesTranslator reads it
            }
            if (!filterNames.contains(name)) {
                translation.warning(
                        at,
                        "no HTTP filter is named \"" + name + "\": this does nothing",
                        cure(name));
            }
            var override = override(any, name, at);
            if (override != null) {
                overrides.put(name, override);
            }
        });
        return new FilterOverrides(overrides);
    }

    private String cure(String name) {
        var cure = Nearest.cure(name, filterNames);
        return cure.isEmpty() ? "the names on this chain: " + String.join(", ", filterNames) : cure;
    }

    private @Nullable FilterOverride override(Any any, String name, Spot spot) {
        if (!Translation.is(any, FILTER_CONFIG)) {
            return configured(any, name, false, spot);
        }
        var config = Translation.unpack(any, FilterConfig.parser());
        if (config.getDisabled()) {
            return new FilterOverride.Disabled();
        }
        if (!config.hasConfig()) {
            translation.error(
                    spot,
                    "neither config nor disabled is set for the filter " + name,
                    "write config: {} to switch the filter on with its own configuration");
        }
        if (config.getConfig().getTypeUrl().isEmpty()) {
            return new FilterOverride.Enabled();
        }
        return configured(config.getConfig(), name, config.getIsOptional(), spot.field("config"));
    }

    private @Nullable FilterOverride configured(Any any, String name, boolean optional, Spot spot) {
        if (any.getTypeUrl().isEmpty()) {
            translation.error(spot, "an empty configuration of the filter " + name);
            return null;
        }
        var spec = filters.spec(any, name, spot);
        if (spec == null && !optional && filters.isRouter(any)) {
            translation.error(
                    spot,
                    "the router takes no configuration of routes: "
                            + MessageTypes.nameOf(any.getTypeUrl()));
        }
        return spec == null ? null : new FilterOverride.Configured(spec);
    }
}
