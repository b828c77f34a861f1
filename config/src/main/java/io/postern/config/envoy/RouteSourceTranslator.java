package io.postern.config.envoy;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.config.model.RouteTable;
import io.postern.config.model.RuntimeLayers;
import io.postern.config.source.Spot;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the routes of a connection manager: in it, in a resource of their own, or in as many as
 * there are scopes.
 */
final class RouteSourceTranslator {
    private static final String HCM =
            "envoy.extensions.filters.network.http_connection_manager.v3.";

    private final Translation translation;
    private final RouteTableTranslator tables;
    private final ConfigSourceTranslator sources;

    RouteSourceTranslator(Translation translation, Set<String> clusterNames) {
        this.translation = translation;
        this.tables = new RouteTableTranslator(translation, clusterNames);
        this.sources = new ConfigSourceTranslator(translation);
    }

    static List<MessageSupport> declared() {
        return List.of(MessageSupport.of(HCM + "Rds").reads("config_source", "route_config_name"));
    }

    RouteTable translate(HttpConnectionManager manager, Spot spot) {
        var names =
                manager.getHttpFiltersList().stream()
                        .map(HttpFilter::getName)
                        .collect(Collectors.toSet());
        return switch (manager.getRouteSpecifierCase()) {
            case RDS -> discovered(manager.getRds(), names, spot.field("rds"));
            case SCOPED_ROUTES ->
                    new ScopedRoutesTranslator(translation, this)
                            .translate(
                                    manager.getScopedRoutes(), names, spot.field("scoped_routes"));
            case ROUTE_CONFIG, ROUTESPECIFIER_NOT_SET ->
                    tables.translate(
                            manager.getRouteConfig(), names, true, spot.field("route_config"));
        };
    }

    private RouteTable discovered(Rds rds, Set<String> filterNames, Spot spot) {
        var source =
                sources.translate(
                        rds.getConfigSource(), translation.self(), spot.field("config_source"));
        var name = rds.getRouteConfigName();
        var found = translation.references().find(ResourceType.ROUTES, source, name);
        return found == null ? none(name, spot) : table(found, filterNames);
    }

    /** A table of another resource that a scope names; null: it is not there. */
    @Nullable RouteTable named(
            String name, @Nullable ConfigSource source, boolean awaited, Set<String> filterNames) {
        var references = translation.references();
        var found =
                awaited
                        ? references.find(ResourceType.ROUTES, source, name)
                        : references.findNow(ResourceType.ROUTES, source, name);
        return found == null ? null : table(found, filterNames);
    }

    /** A table that stands where it is used. */
    RouteTable inline(RouteConfiguration table, Set<String> filterNames, Spot spot) {
        return tables.translate(table, filterNames, false, spot);
    }

    private RouteTable none(String name, Spot spot) {
        return tables.translate(
                RouteConfiguration.newBuilder().setName(name).build(),
                List.of(),
                Set.of(),
                false,
                spot);
    }

    private RouteTable table(References.Found found, Set<String> filterNames) {
        var message = (RouteConfiguration) found.message();
        var more = tables.delivered(message, found.spot());
        var key =
                new RouteKey(
                        message,
                        more.stream().map(References.Found::message).toList(),
                        filterNames,
                        translation.references().runtime());
        return translation
                .references()
                .remember(
                        key,
                        () -> tables.translate(message, more, filterNames, false, found.spot()));
    }

    /** Routes depend on what the filters of their connection manager are called. */
    private record RouteKey(
            Message routes, List<Message> more, Set<String> filterNames, RuntimeLayers runtime) {}
}
