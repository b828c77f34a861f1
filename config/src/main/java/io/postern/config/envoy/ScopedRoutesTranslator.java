package io.postern.config.envoy;

import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.config.model.RouteScopes;
import io.postern.config.model.RouteScopes.Element;
import io.postern.config.model.RouteScopes.KeyPart;
import io.postern.config.model.RouteScopes.Scope;
import io.postern.config.model.RouteTable;
import io.postern.config.source.Spot;
import io.postern.sdk.HeaderName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Translates {@code scoped_routes} of a connection manager, with the scopes that are there. */
final class ScopedRoutesTranslator {
    private static final String SCOPED =
            "envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes";
    private static final String BUILDER = SCOPED + ".ScopeKeyBuilder";
    private static final String EXTRACTOR = BUILDER + ".FragmentBuilder.HeaderValueExtractor";
    private static final String SCOPE = "envoy.config.route.v3.ScopedRouteConfiguration";

    private final Translation translation;
    private final RouteSourceTranslator routes;
    private final ConfigSourceTranslator sources;

    ScopedRoutesTranslator(Translation translation, RouteSourceTranslator routes) {
        this.translation = translation;
        this.routes = routes;
        this.sources = new ConfigSourceTranslator(translation);
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(SCOPED)
                        .reads(
                                "name",
                                "scope_key_builder",
                                "rds_config_source",
                                "scoped_route_configurations_list",
                                "scoped_rds"),
                MessageSupport.of(BUILDER).reads("fragments"),
                MessageSupport.of(BUILDER + ".FragmentBuilder").reads("header_value_extractor"),
                MessageSupport.of(EXTRACTOR).reads("name", "element_separator", "index", "element"),
                MessageSupport.of(EXTRACTOR + ".KvElement").reads("separator", "key"),
                MessageSupport.of(
                                "envoy.extensions.filters.network.http_connection_manager.v3.ScopedRouteConfigurationsList")
                        .reads("scoped_route_configurations"),
                MessageSupport.of(
                                "envoy.extensions.filters.network.http_connection_manager.v3.ScopedRds")
                        .reads("scoped_rds_config_source"),
                MessageSupport.of(SCOPE)
                        .reads("name", "key", "route_configuration_name", "route_configuration")
                        .partly("on_demand", "it is fetched at once, and nobody waits for it"),
                MessageSupport.of(SCOPE + ".Key").reads("fragments"),
                MessageSupport.of(SCOPE + ".Key.Fragment").reads("string_key"));
    }

    RouteTable translate(ScopedRoutes scoped, Set<String> filterNames, Spot spot) {
        List<KeyPart> parts =
                Translation.each(
                        scoped.getScopeKeyBuilder().getFragmentsList(),
                        spot.field("scope_key_builder").field("fragments"),
                        this::keyPart);
        ConfigSource tables =
                scoped.hasRdsConfigSource()
                        ? sources.translate(
                                scoped.getRdsConfigSource(),
                                translation.self(),
                                spot.field("rds_config_source"))
                        : null;
        List<Scope> scopes = new ArrayList<>();
        Map<List<String>, String> seen = new HashMap<>();
        for (References.Found one : configurations(scoped, spot)) {
            var scope = (ScopedRouteConfiguration) one.message();
            List<String> key = key(scope);
            String first = seen.putIfAbsent(key, scope.getName());
            if (first != null) {
                translation.error(
                        one.spot().field("key"),
                        "the scopes " + first + " and " + scope.getName() + " have the same key");
            }
            RouteTable table = table(scope, tables, filterNames, one.spot());
            if (table != null) {
                scopes.add(new Scope(scope.getName(), key, table));
            }
        }
        return RouteTable.scoped(scoped.getName(), new RouteScopes(parts, scopes));
    }

    static List<String> key(ScopedRouteConfiguration scope) {
        return scope.getKey().getFragmentsList().stream()
                .map(ScopedRouteConfiguration.Key.Fragment::getStringKey)
                .toList();
    }

    private List<References.Found> configurations(ScopedRoutes scoped, Spot spot) {
        if (!scoped.hasScopedRds()) {
            return Translation.each(
                    scoped.getScopedRouteConfigurationsList().getScopedRouteConfigurationsList(),
                    spot.field("scoped_route_configurations_list")
                            .field("scoped_route_configurations"),
                    References.Found::new);
        }
        ConfigSource source =
                sources.translate(
                        scoped.getScopedRds().getScopedRdsConfigSource(),
                        translation.self(),
                        spot.field("scoped_rds").field("scoped_rds_config_source"));
        return translation.references().findAll(ResourceType.SCOPED_ROUTES, source, "");
    }

    private @Nullable RouteTable table(
            ScopedRouteConfiguration scope,
            @Nullable ConfigSource tables,
            Set<String> filterNames,
            Spot spot) {
        if (scope.hasRouteConfiguration()) {
            return routes.inline(
                    scope.getRouteConfiguration(), filterNames, spot.field("route_configuration"));
        }
        String name = scope.getRouteConfigurationName();
        if (name.isEmpty() || tables == null) {
            translation.error(
                    spot.field("route_configuration_name"),
                    name.isEmpty()
                            ? "a scope without routes"
                            : "there is no rds_config_source for " + name,
                    "name a route configuration and where it comes from, or write it here");
            return null;
        }
        return routes.named(name, tables, !scope.getOnDemand(), filterNames);
    }

    private KeyPart keyPart(ScopeKeyBuilder.FragmentBuilder part, Spot spot) {
        HeaderValueExtractor header = part.getHeaderValueExtractor();
        var at = spot.field("header_value_extractor");
        String separator = header.getElementSeparator();
        Element element =
                switch (header.getExtractTypeCase()) {
                    case INDEX -> new Element.At(Translation.clamp(header.getIndex()));
                    case ELEMENT ->
                            new Element.Named(
                                    header.getElement().getSeparator(),
                                    header.getElement().getKey());
                    case EXTRACTTYPE_NOT_SET -> {
                        translation.error(at, "neither index nor element", "add index: 0");
                        yield new Element.At(0);
                    }
                };
        if (separator.isEmpty() && element instanceof Element.At(int index) && index > 0) {
            translation.error(
                    at.field("index"),
                    "without element_separator there is one element only (expected: 0)",
                    "add element_separator");
        }
        return new KeyPart(HeaderName.ofRequest(header.getName()), separator, element);
    }
}
