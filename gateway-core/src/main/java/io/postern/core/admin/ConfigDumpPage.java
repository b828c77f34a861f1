package io.postern.core.admin;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.postern.core.upstream.ClusterView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * /config_dump with its parameters: a resource, a mask, a pattern of names, endpoints. Pure
 * functions.
 *
 * <p>Source: {@code envoy.admin.v3.ConfigDump}; texts of errors as of Envoy 1.40.
 */
final class ConfigDumpPage {
    private static final String ADMIN = "type.googleapis.com/envoy.admin.v3.";
    private static final String TYPE = "@type";
    private static final int ROUND_UP = 140; // Envoy's default overprovisioning, percent

    /** The lists of each section: a resource by which one can ask, and the type of its elements. */
    private static final Map<String, String> ELEMENT_TYPES =
            Map.ofEntries(
                    Map.entry("static_clusters", "ClustersConfigDump.StaticCluster"),
                    Map.entry("dynamic_active_clusters", "ClustersConfigDump.DynamicCluster"),
                    Map.entry("dynamic_warming_clusters", "ClustersConfigDump.DynamicCluster"),
                    Map.entry("static_listeners", "ListenersConfigDump.StaticListener"),
                    Map.entry("dynamic_listeners", "ListenersConfigDump.DynamicListener"),
                    Map.entry("static_route_configs", "RoutesConfigDump.StaticRouteConfig"),
                    Map.entry("dynamic_route_configs", "RoutesConfigDump.DynamicRouteConfig"),
                    Map.entry("static_secrets", "SecretsConfigDump.StaticSecret"),
                    Map.entry("dynamic_active_secrets", "SecretsConfigDump.DynamicSecret"),
                    Map.entry("dynamic_warming_secrets", "SecretsConfigDump.DynamicSecret"),
                    Map.entry(
                            "inline_scoped_route_configs",
                            "ScopedRoutesConfigDump.InlineScopedRouteConfigs"),
                    Map.entry(
                            "dynamic_scoped_route_configs",
                            "ScopedRoutesConfigDump.DynamicScopedRouteConfigs"),
                    Map.entry("ecds_filters", "EcdsConfigDump.EcdsFilterConfig"),
                    Map.entry(
                            "static_endpoint_configs", "EndpointsConfigDump.StaticEndpointConfig"),
                    Map.entry(
                            "dynamic_endpoint_configs",
                            "EndpointsConfigDump.DynamicEndpointConfig"));

    private ConfigDumpPage() {}

    /**
     * Answers a request.
     *
     * @param sections of the configuration, each with its {@code @type}; may be changed
     */
    static Reply answer(
            List<Map<String, Object>> sections, List<ClusterView> clusters, Query query) {
        boolean endpoints = query.has("include_eds");
        List<Map<String, Object>> all = new ArrayList<>(sections);
        if (endpoints) {
            all.add(Math.min(2, all.size()), endpoints(clusters, sections));
        }
        Pattern names;
        try {
            names = Pattern.compile(query.get("name_regex"));
        } catch (PatternSyntaxException e) {
            String regex = query.get("name_regex");
            return Reply.text(
                    400,
                    "INVALID_ARGUMENT: Error while parsing name_regex from "
                            + regex
                            + ": "
                            + e.getMessage());
        }
        if (query.has("name_regex")) {
            all.forEach(section -> keepNamed(section, names));
        }
        String resource = query.get("resource");
        List<List<String>> mask = mask(query.get("mask"));
        return resource.isEmpty()
                ? whole(all, mask)
                : elements(all, resource, endpoints, query.get("mask"), mask);
    }

    private static Reply whole(List<Map<String, Object>> sections, List<List<String>> mask) {
        List<Object> shown = new ArrayList<>();
        for (Map<String, Object> section : sections) {
            Map<String, Object> left = mask.isEmpty() ? section : masked(section, mask);
            if (mask.isEmpty() || left.size() > 1) {
                shown.add(left);
            }
        }
        return configs(shown);
    }

    private static Reply elements(
            List<Map<String, Object>> sections,
            String resource,
            boolean endpoints,
            String maskText,
            List<List<String>> mask) {
        if (resource.equals("bootstrap")) {
            return Reply.text(
                    400,
                    "bootstrap is not a repeated field. Use ?mask=bootstrap to get only this field");
        }
        String type = ELEMENT_TYPES.get(resource);
        if (type == null || (type.startsWith("Endpoints") && !endpoints)) {
            return Reply.text(404, resource + " not found in config dump");
        }
        List<Object> shown = new ArrayList<>();
        for (Map<String, Object> section : sections) {
            if (section.get(resource) instanceof List<?> elements) {
                for (Object element : elements) {
                    Map<String, Object> typed = new LinkedHashMap<>();
                    typed.put(TYPE, ADMIN + type);
                    if (element instanceof Map<?, ?> fields) {
                        fields.forEach((name, value) -> typed.put(name.toString(), value));
                    }
                    Map<String, Object> left = mask.isEmpty() ? typed : masked(typed, mask);
                    if (left.size() == 1 && !mask.isEmpty()) {
                        return Reply.text(
                                400, "FieldMask " + maskText + " could not be successfully used.");
                    }
                    shown.add(left);
                }
            }
        }
        return configs(shown);
    }

    private static Reply configs(List<Object> shown) {
        return Reply.json(Json.pretty(shown.isEmpty() ? Map.of() : Map.of("configs", shown)));
    }

    // --- names

    private static void keepNamed(Map<String, Object> section, Pattern names) {
        for (String list : ELEMENT_TYPES.keySet()) {
            if (section.get(list) instanceof List<?> elements) {
                List<Object> kept = new ArrayList<>(elements);
                kept.removeIf(element -> !names.matcher(name(element)).find());
                if (kept.isEmpty()) {
                    section.remove(list);
                } else {
                    section.put(list, kept);
                }
            }
        }
    }

    /** The name of an element, or of the resource in it. */
    private static String name(Object element) {
        if (!(element instanceof Map<?, ?> fields)) {
            return "";
        }
        for (String key : List.of("name", "cluster_name")) {
            if (fields.get(key) instanceof String name) {
                return name;
            }
        }
        for (Object value : fields.values()) {
            String name = value instanceof Map<?, ?> inner ? name(inner) : "";
            if (!name.isEmpty()) {
                return name;
            }
        }
        return "";
    }

    // --- masks

    private static List<List<String>> mask(String text) {
        List<List<String>> paths = new ArrayList<>();
        for (String path : text.split(",", -1)) {
            if (!path.isEmpty()) {
                paths.add(List.of(path.split("\\.", -1)));
            }
        }
        return paths;
    }

    private static Map<String, Object> masked(Map<?, ?> fields, List<List<String>> mask) {
        Map<String, Object> left = new LinkedHashMap<>();
        fields.forEach((key, value) -> {
            String name = key.toString();
            Object kept = name.equals(TYPE) ? value : masked(name, value, mask);
            if (kept != null) {
                left.put(name, kept);
            }
        });
        return left;
    }

    private static @Nullable Object masked(String name, Object value, List<List<String>> mask) {
        List<List<String>> inner = new ArrayList<>();
        for (List<String> path : mask) {
            if (path.getFirst().equals(name)) {
                if (path.size() == 1) {
                    return value;
                }
                inner.add(path.subList(1, path.size()));
            }
        }
        if (inner.isEmpty()) {
            return null;
        }
        return switch (value) {
            case Map<?, ?> fields -> masked(fields, inner);
            case List<?> elements ->
                    elements.stream()
                            .map(e -> e instanceof Map<?, ?> fields ? masked(fields, inner) : e)
                            .toList();
            default -> value;
        };
    }

    // --- endpoints

    // As in Envoy, those of clusters are dynamic that were added while it ran.
    private static Map<String, Object> endpoints(
            List<ClusterView> clusters, List<Map<String, Object>> sections) {
        Map<String, Object> section = new LinkedHashMap<>();
        section.put(TYPE, ADMIN + "EndpointsConfigDump");
        Map<String, String> names = serviceNames(sections);
        List<Object> fixed = new ArrayList<>();
        List<Object> dynamic = new ArrayList<>();
        for (ClusterView cluster : clusters) {
            String name = names.getOrDefault(cluster.name(), cluster.name());
            (cluster.addedViaApi() ? dynamic : fixed)
                    .add(Map.of("endpoint_config", assignment(cluster, name)));
        }
        if (!fixed.isEmpty()) {
            section.put("static_endpoint_configs", fixed);
        }
        if (!dynamic.isEmpty()) {
            section.put("dynamic_endpoint_configs", dynamic);
        }
        return section;
    }

    /** What the endpoints of a cluster are delivered as, where that is not its own name. */
    private static Map<String, String> serviceNames(List<Map<String, Object>> sections) {
        Map<String, String> names = new HashMap<>();
        for (Map<String, Object> section : sections) {
            for (String list : List.of("static_clusters", "dynamic_active_clusters")) {
                if (section.get(list) instanceof List<?> elements) {
                    elements.forEach(element -> {
                        if (element instanceof Map<?, ?> fields
                                && fields.get("cluster") instanceof Map<?, ?> cluster
                                && cluster.get("eds_cluster_config") instanceof Map<?, ?> eds
                                && eds.get("service_name") instanceof String service) {
                            names.put(String.valueOf(cluster.get("name")), service);
                        }
                    });
                }
            }
        }
        return names;
    }

    private static Map<String, Object> assignment(ClusterView cluster, String name) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(TYPE, "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment");
        fields.put("cluster_name", name);
        Map<String, List<ClusterView.Host>> byPlace = new LinkedHashMap<>();
        for (ClusterView.Host host : cluster.hosts()) {
            byPlace.computeIfAbsent(place(host), _ -> new ArrayList<>()).add(host);
        }
        if (!byPlace.isEmpty()) {
            fields.put("endpoints", byPlace.values().stream().map(ConfigDumpPage::group).toList());
        }
        fields.put("policy", Map.of("overprovisioning_factor", ROUND_UP));
        return fields;
    }

    private static String place(ClusterView.Host host) {
        return String.join(
                "/", host.region(), host.zone(), host.subZone(), Integer.toString(host.priority()));
    }

    private static Map<String, Object> group(List<ClusterView.Host> hosts) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("locality", ClusterPages.locality(hosts.getFirst()));
        fields.put("lb_endpoints", hosts.stream().map(ConfigDumpPage::endpoint).toList());
        if (hosts.getFirst().priority() > 0) {
            fields.put("priority", hosts.getFirst().priority());
        }
        return fields;
    }

    private static Map<String, Object> endpoint(ClusterView.Host host) {
        Map<String, Object> endpoint = new LinkedHashMap<>();
        endpoint.put("address", Addresses.json(host.address()));
        if (!host.hostname().isEmpty()) {
            endpoint.put("hostname", host.hostname());
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("endpoint", endpoint);
        fields.put("health_status", ClusterPages.health(host).get("eds_health_status"));
        fields.put("load_balancing_weight", host.weight());
        return fields;
    }
}
