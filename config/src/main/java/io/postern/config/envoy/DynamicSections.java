package io.postern.config.envoy;

import com.google.protobuf.util.Timestamps;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes;
import io.postern.config.envoy.LiveResources.Refused;
import io.postern.config.envoy.LiveResources.Resource;
import io.postern.config.envoy.LiveResources.State;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.ResourceType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was delivered, as lists of the sections of a /config_dump. Confined to one thread.
 *
 * <p>Source: {@code envoy.admin.v3.ConfigDump}.
 */
final class DynamicSections {
    private final LiveResources live;
    private final MessageTree tree;

    DynamicSections(LiveResources live, MessageTree tree) {
        this.live = live;
        this.tree = tree;
    }

    void addClusters(Map<String, Object> section) {
        version(section, live.clustersVersion());
        put(section, "dynamic_active_clusters", elements(ResourceType.CLUSTER, State.ACTIVE));
        List<Object> warming = elements(ResourceType.CLUSTER, State.WARMING);
        warming.addAll(elements(ResourceType.CLUSTER, State.REFUSED));
        put(section, "dynamic_warming_clusters", warming);
    }

    void addRoutes(Map<String, Object> section) {
        List<Object> all = elements(ResourceType.ROUTES, State.ACTIVE);
        all.addAll(elements(ResourceType.ROUTES, State.REFUSED));
        put(section, "dynamic_route_configs", all);
    }

    /** The tables within delivered listeners: Envoy has them among the static ones. */
    void addInlineRoutes(Map<String, Object> section) {
        List<Object> all = new ArrayList<>();
        if (section.get("static_route_configs") instanceof List<?> fixed) {
            all.addAll(fixed);
        }
        for (Resource one : live.resources()) {
            if (one.state() == State.ACTIVE && one.message() instanceof Listener listener) {
                for (RouteConfiguration table : ConfigDump.inlineRoutes(List.of(listener))) {
                    Map<String, Object> element = new LinkedHashMap<>();
                    element.put("route_config", tree.typed(table));
                    element.put("last_updated", time(one.updated()));
                    all.add(element);
                }
            }
        }
        put(section, "static_route_configs", all);
    }

    /** One element per connection manager that has scopes, as Envoy has them. */
    void addScopedRoutes(
            Map<String, Object> section, List<HttpConnectionManager> fixed, String updated) {
        List<HttpConnectionManager> all = new ArrayList<>(fixed);
        for (Resource one : live.resources()) {
            if (one.state() == State.ACTIVE && one.message() instanceof Listener listener) {
                all.addAll(ConfigDump.managers(List.of(listener)));
            }
        }
        List<Object> inline = new ArrayList<>();
        List<Object> dynamic = new ArrayList<>();
        for (HttpConnectionManager manager : all) {
            ScopedRoutes scopes = manager.getScopedRoutes();
            Map<String, Object> element = named(scopes.getName());
            if (scopes.hasScopedRouteConfigurationsList()) {
                List<Object> messages = new ArrayList<>();
                scopes.getScopedRouteConfigurationsList()
                        .getScopedRouteConfigurationsList()
                        .forEach(one -> messages.add(tree.typed(one)));
                element.put("scoped_route_configs", messages);
                element.put("last_updated", updated);
                inline.add(element);
            } else if (scopes.hasScopedRds()) {
                scopes(element);
                dynamic.add(element);
            }
        }
        put(section, "inline_scoped_route_configs", inline);
        put(section, "dynamic_scoped_route_configs", dynamic);
    }

    private void scopes(Map<String, Object> element) {
        List<Object> messages = new ArrayList<>();
        Instant latest = Instant.EPOCH;
        String version = "";
        for (Resource one : live.resources()) {
            if (one.type() == ResourceType.SCOPED_ROUTES) {
                if (one.message() != null) {
                    messages.add(tree.typed(one.message()));
                    version = one.updated().isBefore(latest) ? version : one.version();
                    latest = one.updated().isAfter(latest) ? one.updated() : latest;
                }
                error(element, one.refused());
            }
        }
        if (!version.isEmpty()) {
            element.put("version_info", version);
        }
        put(element, "scoped_route_configs", messages);
        element.put("last_updated", time(latest));
    }

    void addSecrets(Map<String, Object> section) {
        put(section, "dynamic_active_secrets", elements(ResourceType.SECRET, State.ACTIVE));
        List<Object> warming = elements(ResourceType.SECRET, State.WARMING);
        warming.addAll(elements(ResourceType.SECRET, State.REFUSED));
        put(section, "dynamic_warming_secrets", warming);
    }

    /** Empty: no filter is configured from elsewhere. */
    List<Object> filters() {
        List<Object> all = elements(ResourceType.EXTENSION, State.ACTIVE);
        all.addAll(elements(ResourceType.EXTENSION, State.REFUSED));
        return all;
    }

    /** One element per listener, with all its versions. */
    void addListeners(Map<String, Object> section) {
        version(section, live.listenersVersion());
        Map<String, Map<String, Object>> byName = new LinkedHashMap<>();
        for (Resource one : live.resources()) {
            if (one.type() != ResourceType.LISTENER) {
                continue;
            }
            Map<String, Object> listener =
                    byName.computeIfAbsent(one.name(), DynamicSections::named);
            String state =
                    switch (one.state()) {
                        case ACTIVE -> "active_state";
                        case WARMING -> "warming_state";
                        case REFUSED -> "";
                    };
            if (!state.isEmpty()) {
                listener.put(state, element(one, "listener", false));
            }
            error(listener, one.refused());
        }
        put(section, "dynamic_listeners", new ArrayList<Object>(byName.values()));
    }

    private static Map<String, Object> named(String name) {
        Map<String, Object> element = new LinkedHashMap<>();
        element.put("name", name);
        return element;
    }

    private static void version(Map<String, Object> section, String version) {
        if (!version.isEmpty()) {
            section.put("version_info", version);
        }
    }

    private static void put(Map<String, Object> section, String list, List<Object> elements) {
        if (!elements.isEmpty()) {
            section.put(list, elements);
        }
    }

    private List<Object> elements(ResourceType type, State state) {
        String field =
                switch (type) {
                    case CLUSTER -> "cluster";
                    case ROUTES -> "route_config";
                    case SECRET -> "secret";
                    case EXTENSION -> "ecds_filter";
                    default -> "resource";
                };
        List<Object> elements = new ArrayList<>();
        for (Resource one : live.resources()) {
            if (one.type() == type && one.state() == state) {
                elements.add(element(one, field, true));
            }
        }
        return elements;
    }

    private Map<String, Object> element(Resource one, String field, boolean withError) {
        Map<String, Object> element =
                one.type() == ResourceType.SECRET ? named(one.name()) : new LinkedHashMap<>();
        if (!one.version().isEmpty()) {
            element.put("version_info", one.version());
        }
        element.put(field, one.message() == null ? bare(one) : tree.typed(one.message()));
        element.put("last_updated", time(one.updated()));
        if (withError) {
            error(element, one.refused());
        }
        return element;
    }

    // Only the name is known of what has not come, or was never good.
    private static Map<String, Object> bare(Resource one) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("@type", MessageTypes.URL_PREFIX + one.type().message());
        message.put("name", one.name());
        return message;
    }

    private void error(Map<String, Object> element, @Nullable Refused refused) {
        if (refused == null) {
            return;
        }
        Map<String, Object> error = new LinkedHashMap<>();
        if (refused.message() != null) {
            error.put("failed_configuration", tree.typed(refused.message()));
        }
        error.put("last_update_attempt", time(refused.time()));
        error.put("details", refused.details());
        if (!refused.version().isEmpty()) {
            error.put("version_info", refused.version());
        }
        element.put("error_state", error);
    }

    private static String time(Instant instant) {
        return Timestamps.toString(Timestamps.fromMillis(instant.toEpochMilli()));
    }
}
