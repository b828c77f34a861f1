package io.postern.config.envoy;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.DynamicResources;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.postern.config.model.ConfigSource.Server;
import io.postern.config.model.XdstpNames;
import io.postern.config.source.Spot;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Translates what a bootstrap says of resources with {@code xdstp://} names: sources by authority,
 * and collections that the listeners and clusters are.
 */
final class XdstpTranslator {
    private static final Pattern COLLECTION =
            Pattern.compile("xdstp://([^/?#]*)/([^/?#]+)/([^?#]*\\*)(?:\\?([^#]*))?");
    private static final String NODE = "xds.node.";

    private final Translation translation;
    private final ConfigSourceTranslator sources;

    XdstpTranslator(Translation translation, ConfigSourceTranslator sources) {
        this.translation = translation;
        this.sources = sources;
    }

    XdstpNames translate(Bootstrap bootstrap, Spot spot) {
        Map<String, Server> authorities = new HashMap<>();
        for (int i = 0; i < bootstrap.getConfigSourcesCount(); i++) {
            var at = spot.field("config_sources").index(i);
            authorities(bootstrap.getConfigSources(i), authorities, at);
        }
        Server otherwise =
                bootstrap.hasDefaultConfigSource()
                        ? server(
                                bootstrap.getDefaultConfigSource(),
                                spot.field("default_config_source"))
                        : null;
        var resources = bootstrap.getDynamicResources();
        var at = spot.field("dynamic_resources");
        return new XdstpNames(
                collection(
                        bootstrap,
                        resources.getLdsResourcesLocator(),
                        resources.hasLdsConfig() ? resources.getLdsConfig() : null,
                        "envoy.config.listener.v3.Listener",
                        at.field("lds_resources_locator")),
                collection(
                        bootstrap,
                        resources.getCdsResourcesLocator(),
                        resources.hasCdsConfig() ? resources.getCdsConfig() : null,
                        "envoy.config.cluster.v3.Cluster",
                        at.field("cds_resources_locator")),
                authorities,
                otherwise);
    }

    private void authorities(ConfigSource source, Map<String, Server> to, Spot spot) {
        Server server = server(source, spot);
        if (source.getAuthoritiesCount() == 0) {
            translation.error(spot, "no authorities", "add authorities: [{name: …}]");
        }
        for (int i = 0; server != null && i < source.getAuthoritiesCount(); i++) {
            String name = source.getAuthorities(i).getName();
            if (to.putIfAbsent(name, server) != null) {
                translation.error(
                        spot.field("authorities").index(i),
                        "the authority \"" + name + "\" has a source already",
                        "name it once");
            }
        }
    }

    // As in Envoy, only one stream for all types.
    private @Nullable Server server(ConfigSource source, Spot spot) {
        var translated = sources.translate(source, null, spot);
        if (translated instanceof Server server && server.protocol().isAggregated()) {
            return server;
        }
        translation.error(
                spot,
                "a source of xdstp:// names is one stream for all types",
                "write api_config_source: {api_type: AGGREGATED_DELTA_GRPC, …}");
        return null;
    }

    private String collection(
            Bootstrap bootstrap,
            String locator,
            @Nullable ConfigSource source,
            String type,
            Spot spot) {
        if (locator.isEmpty()) {
            return "";
        }
        Matcher parts = COLLECTION.matcher(locator);
        if (!parts.matches() || !parts.group(2).equals(type)) {
            translation.error(
                    spot,
                    "\"" + locator + "\" names no collection of this type",
                    "write xdstp://AUTHORITY/" + type + "/PATH/*");
            return "";
        }
        if (source == null || !isIncremental(source, bootstrap.getDynamicResources())) {
            translation.error(
                    spot,
                    "a collection needs an incremental source",
                    "use api_type: DELTA_GRPC, in ads_config too if it comes from ads");
            return "";
        }
        Map<String, String> context = context(bootstrap);
        if (parts.group(4) != null) {
            for (String pair : parts.group(4).split("&", -1)) {
                int equals = pair.indexOf('=');
                context.put(
                        equals < 0 ? pair : pair.substring(0, equals),
                        equals < 0 ? "" : pair.substring(equals + 1));
            }
        }
        String path = "xdstp://" + parts.group(1) + "/" + type + "/" + parts.group(3);
        return context.isEmpty() ? path : path + "?" + query(context);
    }

    private static boolean isIncremental(ConfigSource source, DynamicResources resources) {
        var api =
                source.hasAds() || source.hasSelf()
                        ? resources.getAdsConfig()
                        : source.getApiConfigSource();
        return switch (api.getApiType()) {
            case DELTA_GRPC, AGGREGATED_DELTA_GRPC -> true;
            default -> false;
        };
    }

    // In the order of the names, as everybody has to write them.
    private static String query(Map<String, String> context) {
        return context.entrySet().stream()
                .map(one -> one.getKey() + "=" + one.getValue())
                .collect(Collectors.joining("&"));
    }

    private static Map<String, String> context(Bootstrap bootstrap) {
        Node node = bootstrap.getNode();
        Map<String, String> context = new TreeMap<>();
        for (String field : bootstrap.getNodeContextParamsList()) {
            String value =
                    switch (field) {
                        case "id" -> node.getId();
                        case "cluster" -> node.getCluster();
                        case "user_agent_name" -> "postern";
                        case "locality.region" -> node.getLocality().getRegion();
                        case "locality.zone" -> node.getLocality().getZone();
                        case "locality.sub_zone" -> node.getLocality().getSubZone();
                        default -> "";
                    };
            if (!value.isEmpty()) {
                String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8);
                context.put(NODE + field, encoded.replace("+", "%20"));
            }
        }
        return context;
    }
}
