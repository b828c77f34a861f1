package io.postern.config.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Timestamps;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.postern.config.message.MessageTypes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a process was started with and what was delivered since, as /config_dump shows it: secrets
 * are left out. Of the former only the octets are kept; the tree is made when it is asked for.
 * Thread-safe: immutable.
 *
 * <p>Source: {@code envoy.admin.v3.ConfigDump}, in the order of Envoy 1.40.
 */
public final class ConfigDump {
    private static final String ADMIN = MessageTypes.URL_PREFIX + "envoy.admin.v3.";

    private final ByteString octets;

    ConfigDump(Bootstrap bootstrap) {
        octets = bootstrap.toByteString();
    }

    /**
     * The sections, each with its {@code @type}: maps, lists, texts, numbers and truths that the
     * caller may change.
     *
     * @param loaded when the configuration was read
     * @param live what was delivered since then
     */
    public List<Map<String, Object>> sections(Instant loaded, LiveResources live) {
        Bootstrap bootstrap = bootstrap();
        var tree = new MessageTree(new MessageTypes());
        var dynamic = new DynamicSections(live, tree);
        String updated = Timestamps.toString(Timestamps.fromMillis(loaded.toEpochMilli()));
        List<Map<String, Object>> sections = new ArrayList<>();
        Map<String, Object> whole = section("BootstrapConfigDump");
        whole.put("bootstrap", tree.fields(bootstrap));
        whole.put("last_updated", updated);
        sections.add(whole);
        var resources = bootstrap.getStaticResources();
        Map<String, Object> clusters =
                section(
                        "ClustersConfigDump",
                        "static_clusters",
                        "cluster",
                        resources.getClustersList(),
                        tree,
                        updated);
        dynamic.addClusters(clusters);
        sections.add(clusters);
        List<Object> filters = dynamic.filters();
        if (!filters.isEmpty()) {
            Map<String, Object> extensions = section("EcdsConfigDump");
            extensions.put("ecds_filters", filters);
            sections.add(extensions);
        }
        Map<String, Object> listeners =
                section(
                        "ListenersConfigDump",
                        "static_listeners",
                        "listener",
                        resources.getListenersList(),
                        tree,
                        updated);
        dynamic.addListeners(listeners);
        sections.add(listeners);
        Map<String, Object> scopes = section("ScopedRoutesConfigDump");
        dynamic.addScopedRoutes(scopes, managers(resources.getListenersList()), updated);
        sections.add(scopes);
        Map<String, Object> routes =
                section(
                        "RoutesConfigDump",
                        "static_route_configs",
                        "route_config",
                        inlineRoutes(resources.getListenersList()),
                        tree,
                        updated);
        dynamic.addInlineRoutes(routes);
        dynamic.addRoutes(routes);
        sections.add(routes);
        Map<String, Object> secrets = secrets(resources, tree);
        dynamic.addSecrets(secrets);
        sections.add(secrets);
        return sections;
    }

    private Bootstrap bootstrap() {
        try {
            return Bootstrap.parseFrom(octets);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("bug: not the bytes of a bootstrap", e);
        }
    }

    private static Map<String, Object> section(String name) {
        var section = new LinkedHashMap<String, Object>();
        section.put("@type", ADMIN + name);
        return section;
    }

    private static Map<String, Object> section(
            String name,
            String listName,
            String elementName,
            List<? extends Message> messages,
            MessageTree tree,
            String updated) {
        Map<String, Object> section = section(name);
        List<Object> elements = new ArrayList<>();
        for (Message message : messages) {
            var element = new LinkedHashMap<String, Object>();
            element.put(elementName, tree.typed(message));
            element.put("last_updated", updated);
            elements.add(element);
        }
        if (!elements.isEmpty()) {
            section.put(listName, elements);
        }
        return section;
    }

    private static Map<String, Object> secrets(
            Bootstrap.StaticResources resources, MessageTree tree) {
        Map<String, Object> section = section("SecretsConfigDump");
        List<Object> elements = new ArrayList<>();
        for (var secret : resources.getSecretsList()) {
            var element = new LinkedHashMap<String, Object>();
            element.put("name", secret.getName());
            element.put("secret", tree.typed(secret));
            elements.add(element);
        }
        if (!elements.isEmpty()) {
            section.put("static_secrets", elements);
        }
        return section;
    }

    /** The route tables that are written into these listeners. */
    static List<RouteConfiguration> inlineRoutes(List<Listener> listeners) {
        List<RouteConfiguration> routes = new ArrayList<>();
        for (HttpConnectionManager manager : managers(listeners)) {
            if (manager.hasRouteConfig()) {
                routes.add(manager.getRouteConfig());
            }
        }
        return routes;
    }

    static List<HttpConnectionManager> managers(List<Listener> listeners) {
        List<HttpConnectionManager> managers = new ArrayList<>();
        for (Listener listener : listeners) {
            List<FilterChain> chains = new ArrayList<>(listener.getFilterChainsList());
            if (listener.hasDefaultFilterChain()) {
                chains.add(listener.getDefaultFilterChain());
            }
            for (FilterChain chain : chains) {
                for (var filter : chain.getFiltersList()) {
                    if (Translation.is(
                            filter.getTypedConfig(),
                            HttpConnectionManager.getDescriptor().getFullName())) {
                        managers.add(
                                Translation.unpack(
                                        filter.getTypedConfig(), HttpConnectionManager.parser()));
                    }
                }
            }
        }
        return managers;
    }
}
