package io.postern.core.admin;

import io.postern.config.model.Cluster;
import io.postern.core.upstream.ClusterView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** /clusters, as text and as {@code envoy.admin.v3.Clusters}. Pure functions. */
final class ClusterPages {
    /** Flags of /clusters and their fields in {@code envoy.admin.v3.HostHealthStatus}. */
    private static final Map<String, String> FLAGS = new LinkedHashMap<>();

    static {
        FLAGS.put("/failed_active_hc", "failed_active_health_check");
        FLAGS.put("/failed_outlier_check", "failed_outlier_check");
        FLAGS.put("/degraded_active_hc", "failed_active_degraded_check");
        FLAGS.put("/pending_dynamic_removal", "pending_dynamic_removal");
        FLAGS.put("/pending_active_hc", "pending_active_hc");
        FLAGS.put("/excluded_via_immediate_hc_fail", "excluded_via_immediate_hc_fail");
        FLAGS.put("/active_hc_timeout", "active_hc_timeout");
    }

    private ClusterPages() {}

    static Reply clusters(
            List<ClusterView> all, Map<String, Map<String, String>> routes, Query query) {
        Predicate<String> filter = query.filter();
        if (filter == null) {
            return Reply.text(400, "Invalid re2 regex");
        }
        List<ClusterView> clusters =
                all.stream().filter(cluster -> filter.test(cluster.name())).toList();
        return query.get("format").equals("json")
                ? Reply.json(Json.pretty(json(clusters, routes)))
                : Reply.text(text(clusters) + routes(routes));
    }

    private static String text(List<ClusterView> clusters) {
        var out = new StringBuilder();
        for (ClusterView cluster : clusters) {
            String name = cluster.name();
            line(out, name, "observability_name", cluster.statName());
            thresholds(out, name, "default", cluster.config().circuitBreakers().normal());
            thresholds(out, name, "high", cluster.config().circuitBreakers().high());
            cluster.resilience()
                    .forEach((key, value) -> line(out, name + "::resilience", key, value));
            line(out, name, "added_via_api", cluster.addedViaApi());
            for (ClusterView.Host host : cluster.hosts()) {
                host(out, name + "::" + host.address(), host);
            }
        }
        return out.toString();
    }

    private static String routes(Map<String, Map<String, String>> routes) {
        var out = new StringBuilder();
        routes.forEach((route, state) ->
                state.forEach(
                        (key, value) -> line(out, "route::" + route + "::resilience", key, value)));
        return out.toString();
    }

    private static void thresholds(
            StringBuilder out, String cluster, String priority, Cluster.Thresholds limits) {
        String prefix = cluster + "::" + priority + "_priority";
        line(out, prefix, "max_connections", limits.maxConnections());
        line(out, prefix, "max_pending_requests", limits.maxPendingRequests());
        line(out, prefix, "max_requests", limits.maxRequests());
        line(out, prefix, "max_retries", limits.maxRetries());
    }

    private static void host(StringBuilder out, String prefix, ClusterView.Host host) {
        ClusterView.Counts counts = host.counts();
        line(out, prefix, "cx_active", counts.cxActive());
        line(out, prefix, "cx_connect_fail", counts.cxConnectFail());
        line(out, prefix, "cx_total", counts.cxTotal());
        line(out, prefix, "rq_active", counts.rqActive());
        line(out, prefix, "rq_error", counts.rqError());
        line(out, prefix, "rq_success", counts.rqSuccess());
        line(out, prefix, "rq_timeout", counts.rqTimeout());
        line(out, prefix, "rq_total", counts.rqTotal());
        line(out, prefix, "hostname", host.hostname());
        line(out, prefix, "health_flags", host.healthFlags());
        line(out, prefix, "weight", host.weight());
        line(out, prefix, "region", host.region());
        line(out, prefix, "zone", host.zone());
        line(out, prefix, "sub_zone", host.subZone());
        line(out, prefix, "canary", false);
        line(out, prefix, "priority", host.priority());
        line(out, prefix, "success_rate", rate(host.successRate()));
        line(out, prefix, "local_origin_success_rate", rate(host.localSuccessRate()));
    }

    // Envoy writes a whole number without a point.
    private static Object rate(double percent) {
        long whole = (long) percent;
        return whole == percent ? (Object) whole : (Object) percent;
    }

    private static void line(StringBuilder out, String prefix, String key, Object value) {
        out.append(prefix).append("::").append(key).append("::").append(value).append('\n');
    }

    private static Map<String, Object> json(
            List<ClusterView> clusters, Map<String, Map<String, String>> routes) {
        var statuses = new ArrayList<Object>();
        for (ClusterView cluster : clusters) {
            var status = new LinkedHashMap<String, Object>();
            status.put("name", cluster.name());
            if (cluster.addedViaApi()) {
                status.put("added_via_api", true);
            }
            status.put("host_statuses", cluster.hosts().stream().map(ClusterPages::json).toList());
            status.put(
                    "circuit_breakers",
                    Map.of(
                            "thresholds",
                            List.of(
                                    json(cluster.config().circuitBreakers().normal(), false),
                                    json(cluster.config().circuitBreakers().high(), true))));
            status.put("observability_name", cluster.statName());
            if (!cluster.resilience().isEmpty()) {
                status.put("resilience", cluster.resilience());
            }
            statuses.add(status);
        }
        var page = new LinkedHashMap<String, Object>();
        page.put("cluster_statuses", statuses);
        if (!routes.isEmpty()) {
            page.put("route_resilience", routes);
        }
        return page;
    }

    private static Map<String, Object> json(Cluster.Thresholds limits, boolean high) {
        var fields = new LinkedHashMap<String, Object>();
        if (high) {
            fields.put("priority", "HIGH");
        }
        fields.put("max_connections", limits.maxConnections());
        fields.put("max_pending_requests", limits.maxPendingRequests());
        fields.put("max_requests", limits.maxRequests());
        fields.put("max_retries", limits.maxRetries());
        return fields;
    }

    private static Map<String, Object> json(ClusterView.Host host) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("address", Addresses.json(host.address()));
        ClusterView.Counts counts = host.counts();
        fields.put(
                "stats",
                List.of(
                        counter("cx_connect_fail", counts.cxConnectFail()),
                        counter("cx_total", counts.cxTotal()),
                        counter("rq_error", counts.rqError()),
                        counter("rq_success", counts.rqSuccess()),
                        counter("rq_timeout", counts.rqTimeout()),
                        counter("rq_total", counts.rqTotal()),
                        gauge("cx_active", counts.cxActive()),
                        gauge("rq_active", counts.rqActive())));
        fields.put("health_status", health(host));
        if (host.successRate() >= 0) {
            fields.put("success_rate", Map.of("value", host.successRate()));
        }
        if (host.localSuccessRate() >= 0) {
            fields.put("local_origin_success_rate", Map.of("value", host.localSuccessRate()));
        }
        fields.put("weight", host.weight());
        if (!host.hostname().isEmpty()) {
            fields.put("hostname", host.hostname());
        }
        if (host.priority() > 0) {
            fields.put("priority", host.priority());
        }
        fields.put("locality", locality(host));
        return fields;
    }

    static Map<String, Object> health(ClusterView.Host host) {
        var status = new LinkedHashMap<String, Object>();
        FLAGS.forEach((flag, field) -> {
            if (host.healthFlags().contains(flag)) {
                status.put(field, true);
            }
        });
        status.put("eds_health_status", edsHealth(host.healthFlags()));
        return status;
    }

    private static String edsHealth(String flags) {
        if (flags.contains("/failed_eds_health")) {
            return "UNHEALTHY";
        }
        if (flags.contains("/eds_status_draining")) {
            return "DRAINING";
        }
        return flags.contains("/degraded_eds_health") ? "DEGRADED" : "HEALTHY";
    }

    static Map<String, Object> locality(ClusterView.Host host) {
        var fields = new LinkedHashMap<String, Object>();
        putText(fields, "region", host.region());
        putText(fields, "zone", host.zone());
        putText(fields, "sub_zone", host.subZone());
        return fields;
    }

    private static void putText(Map<String, Object> fields, String name, String value) {
        if (!value.isEmpty()) {
            fields.put(name, value);
        }
    }

    private static Map<String, Object> counter(String name, long value) {
        var fields = new LinkedHashMap<String, Object>();
        if (value != 0) {
            fields.put("value", Long.toString(value));
        }
        fields.put("name", name);
        return fields;
    }

    private static Map<String, Object> gauge(String name, long value) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("type", "GAUGE");
        fields.putAll(counter(name, value));
        return fields;
    }
}
