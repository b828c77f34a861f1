package io.postern.config.envoy;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.ExtensionConfigSource;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_forward_proxy.v3.PerRouteConfig;
import io.envoyproxy.envoy.extensions.filters.http.set_metadata.v3.Config;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSession;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.wasm.v3.Wasm;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.CorsSpec;
import io.postern.config.model.FilterSpec;
import io.postern.config.model.ForwardProxySpec;
import io.postern.config.model.GrpcWebSpec;
import io.postern.config.model.HttpFilter;
import io.postern.config.model.MissingFilter;
import io.postern.config.model.OnDemand;
import io.postern.config.model.ResourceType;
import io.postern.config.model.RolloutSpec;
import io.postern.config.model.RouterOptions;
import io.postern.config.model.SetMetadataSpec;
import io.postern.config.model.StatefulSessionSpec;
import io.postern.config.proto.opa.v1.Opa;
import io.postern.config.proto.rollout.v1.Rollout;
import io.postern.config.proto.wasm.v1.LimitedWasm;
import io.postern.config.source.Spot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Translates the HTTP filters of a connection manager: each type URL has one line here. */
final class HttpFilterTranslator {
    private static final String ON_DEMAND = "envoy.extensions.filters.http.on_demand.v3.OnDemand";

    private final Translation translation;
    private final WasmTranslator wasm;
    private final OpaTranslator opa;
    private final ConfigSourceTranslator sources;

    HttpFilterTranslator(Translation translation) {
        this.translation = translation;
        this.wasm = new WasmTranslator(translation);
        this.opa = new OpaTranslator(translation);
        this.sources = new ConfigSourceTranslator(translation);
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(
                                "envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter")
                        .reads(
                                "name",
                                "typed_config",
                                "config_discovery",
                                "is_optional",
                                "disabled"),
                MessageSupport.of("envoy.config.core.v3.ExtensionConfigSource")
                        .reads(
                                "config_source",
                                "default_config",
                                "apply_default_config_without_warming",
                                "type_urls"),
                MessageSupport.of(ON_DEMAND),
                MessageSupport.of("envoy.config.route.v3.FilterConfig")
                        .reads("config", "is_optional", "disabled"),
                MessageSupport.of(GrpcWebSpec.TYPE));
    }

    /** The filters in front of the router, which must be the last one, and the router. */
    record Chain(List<HttpFilter> filters, RouterOptions router) {}

    Chain translate(
            List<
                            io.envoyproxy.envoy.extensions.filters.network.http_connection_manager
                                    .v3.HttpFilter>
                    filters,
            Spot spot) {
        var translated = new ArrayList<HttpFilter>();
        RouterOptions router = RouterOptions.defaults();
        for (int i = 0; i < filters.size(); i++) {
            var filter = filters.get(i);
            var at = spot.index(i);
            boolean last = i == filters.size() - 1;
            var config = config(filter, at);
            if (config == null) {
                if (filter.hasConfigDiscovery()) {
                    var missing = new MissingFilter();
                    translated.add(new HttpFilter(filter.getName(), missing, filter.getDisabled()));
                }
                continue;
            }
            if (isRouter(config.any()) != last) {
                terminal(filter.getName(), last, at);
            } else if (last) {
                router = RouterTranslator.translate(config.any());
            }
            if (last && filter.getDisabled()) {
                translation.error(at.field("disabled"), "the router cannot be disabled");
            }
            var spec = spec(config.any(), filter.getName(), config.spot());
            if (spec != null) {
                translated.add(new HttpFilter(filter.getName(), spec, filter.getDisabled()));
            }
        }
        if (filters.isEmpty()) {
            translation.error(
                    spot,
                    "no HTTP filters (expected: the router at least)",
                    "add {name: envoy.filters.http.router, typed_config: {\"@type\": "
                            + MessageTypes.URL_PREFIX
                            + RouterTranslator.TYPE
                            + "}}");
        }
        return new Chain(translated, router);
    }

    /** What configures a filter, and where that stands. */
    private record Configured(Any any, Spot spot) {}

    /** Null: it is not there yet, or an error has been told. */
    private @Nullable Configured config(
            io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter
                    filter,
            Spot spot) {
        if (filter.hasConfigDiscovery()) {
            return discovered(filter, spot.field("config_discovery"));
        }
        if (filter.getTypedConfig().getTypeUrl().isEmpty()) {
            nameOnly(filter.getName(), spot);
            return null;
        }
        return new Configured(filter.getTypedConfig(), spot.field("typed_config"));
    }

    private @Nullable Configured discovered(
            io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter
                    filter,
            Spot spot) {
        var discovery = filter.getConfigDiscovery();
        var source =
                sources.translate(
                        discovery.getConfigSource(),
                        translation.self(),
                        spot.field("config_source"));
        var fallback =
                discovery.hasDefaultConfig()
                        ? new Configured(discovery.getDefaultConfig(), spot.field("default_config"))
                        : null;
        if (fallback == null && discovery.getApplyDefaultConfigWithoutWarming()) {
            translation.error(
                    spot.field("apply_default_config_without_warming"),
                    "there is no default_config to apply",
                    "add default_config");
        }
        if (fallback != null && discovery.getApplyDefaultConfigWithoutWarming()) {
            var found =
                    translation
                            .references()
                            .findNow(ResourceType.EXTENSION, source, filter.getName());
            return found == null ? fallback : extension(found, filter.getName(), discovery, spot);
        }
        var found = translation.references().find(ResourceType.EXTENSION, source, filter.getName());
        return found == null ? fallback : extension(found, filter.getName(), discovery, spot);
    }

    private Configured extension(
            References.Found found, String name, ExtensionConfigSource discovery, Spot spot) {
        var any = ((TypedExtensionConfig) found.message()).getTypedConfig();
        var type = MessageTypes.nameOf(any.getTypeUrl());
        var allowed = discovery.getTypeUrlsList().stream().map(MessageTypes::nameOf).toList();
        if (!allowed.contains(type)) {
            translation.error(
                    spot.field("type_urls"),
                    "the configuration of \"" + name + "\" is a " + type,
                    "expected: one of " + String.join(", ", allowed));
        }
        return new Configured(any, found.spot().field("typed_config"));
    }

    private void terminal(String name, boolean last, Spot spot) {
        if (last) {
            translation.error(
                    spot,
                    "the last HTTP filter, " + name + ", is not the router",
                    "add envoy.filters.http.router behind it");
        } else {
            translation.error(
                    spot,
                    "the router, " + name + ", is not the last HTTP filter",
                    "move it to the end of http_filters");
        }
    }

    private void nameOnly(String name, Spot spot) {
        translation.error(
                spot,
                "the filter \""
                        + name
                        + "\" has no typed_config: its \"@type\" decides, not its name",
                name.equals("envoy.filters.http.router")
                        ? "add typed_config: {\"@type\": "
                                + MessageTypes.URL_PREFIX
                                + RouterTranslator.TYPE
                                + "}"
                        : "add typed_config with an \"@type\"");
    }

    /** What a filter is configured with; null for the router and for what was refused before. */
    @Nullable FilterSpec spec(Any any, String name, Spot spot) {
        return translation
                .references()
                .<Optional<FilterSpec>>remember(
                        new SpecKey(any, name),
                        () -> Optional.ofNullable(translate(any, name, spot)))
                .orElse(null);
    }

    /** One configuration is one object, by which its loaded filter is known. */
    private record SpecKey(Any any, String name) {}

    private @Nullable FilterSpec translate(Any any, String name, Spot spot) {
        return switch (MessageTypes.nameOf(any.getTypeUrl())) {
            case WasmTranslator.TYPE ->
                    wasm.translate(
                            Translation.unpack(any, Wasm.parser()).getConfig(),
                            name,
                            spot.field("config"));
            case WasmTranslator.LIMITED ->
                    wasm.translate(Translation.unpack(any, LimitedWasm.parser()), name, spot);
            case ON_DEMAND -> new OnDemand();
            case OpaTranslator.TYPE ->
                    opa.translate(Translation.unpack(any, Opa.parser()), name, spot);
            case RolloutSpec.TYPE ->
                    new RolloutTranslator(translation, this)
                            .translate(Translation.unpack(any, Rollout.parser()), name, spot);
            case CorsSpec.TYPE -> new CorsSpec(null);
            case CorsTranslator.POLICY ->
                    new CorsTranslator(translation)
                            .policy(Translation.unpack(any, CorsPolicy.parser()), spot);
            case GrpcWebSpec.TYPE -> new GrpcWebSpec();
            case SetMetadataSpec.TYPE ->
                    SetMetadataTranslator.translate(Translation.unpack(any, Config.parser()));
            case StatefulSessionSpec.TYPE ->
                    new StatefulSessionTranslator(translation)
                            .filter(Translation.unpack(any, StatefulSession.parser()), spot);
            case StatefulSessionTranslator.PER_ROUTE ->
                    new StatefulSessionTranslator(translation)
                            .perRoute(
                                    Translation.unpack(any, StatefulSessionPerRoute.parser()),
                                    spot);
            case ForwardProxyTranslator.FILTER -> new ForwardProxySpec("", null);
            case ForwardProxyTranslator.ROUTE ->
                    ForwardProxyTranslator.route(Translation.unpack(any, PerRouteConfig.parser()));
            default -> null;
        };
    }

    boolean isRouter(Any any) {
        return Translation.is(any, RouterTranslator.TYPE);
    }
}
