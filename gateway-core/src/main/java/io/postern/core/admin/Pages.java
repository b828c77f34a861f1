package io.postern.core.admin;

import io.postern.core.admin.AdminView.ListenerView;
import io.postern.core.observe.StatStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The pages of the admin server by path.
 *
 * <p>Source: Envoy's "Administration interface"; texts as of Envoy 1.40. Thread-safe as far as the
 * view is.
 */
final class Pages {
    private static final Set<String> LOG_LEVELS =
            Set.of("trace", "debug", "info", "warning", "error", "critical", "off");

    private final AdminView view;
    private final LongSupplier upSeconds;
    private final Map<String, Page> byPath = new LinkedHashMap<>();

    /** One path. */
    private record Page(boolean changes, String help, Function<Query, Reply> make) {}

    /**
     * @param upSeconds how long the process runs
     */
    Pages(AdminView view, StatStore stats, LongSupplier upSeconds) {
        this.view = view;
        this.upSeconds = upSeconds;
        shows("/", "Admin home page", _ -> Reply.html(home()));
        shows("/certs", "print certs on machine", _ -> Reply.json(empty("certificates")));
        shows(
                "/clusters",
                "upstream cluster status",
                query -> ClusterPages.clusters(view.clusters(), view.routeGuards(), query));
        shows(
                "/config_dump",
                "dump current Envoy configs",
                query -> ConfigDumpPage.answer(view.configDump(), view.clusters(), query));
        does("/drain_listeners", "drain listeners", this::drainListeners);
        does(
                "/healthcheck/fail",
                "cause the server to fail health checks",
                _ -> after(() -> view.failHealthChecks(true)));
        does(
                "/healthcheck/ok",
                "cause the server to pass health checks",
                _ -> after(() -> view.failHealthChecks(false)));
        shows("/help", "print out list of admin commands", _ -> Reply.text(help()));
        shows("/listeners", "print listener info", this::listeners);
        shows(
                "/hot_restart_version",
                "print the hot restart compatibility version",
                _ -> Reply.text("disabled"));
        shows(
                "/init_dump",
                "dump current Envoy init manager information (experimental)",
                _ -> Reply.json("{}"));
        does("/logging", "query/change logging levels", this::logging);
        shows("/memory", "print current allocation/heap usage", _ -> memory());
        does("/quitquitquit", "exit the server", _ -> Reply.ok().then(view::quit));
        shows(
                "/ready",
                "print server state, return 200 if LIVE, otherwise return 503",
                _ -> ready());
        does("/reopen_logs", "reopen access logs", _ -> after(view::reopenLogs));
        does("/reset_counters", "reset all counters to zero", _ -> after(stats::resetCounters));
        shows("/runtime", "print runtime values", _ -> RuntimePage.show(view.runtime()));
        does(
                "/runtime_modify",
                "Adds or modifies runtime values as passed in query parameters",
                query -> RuntimePage.modify(view, query));
        shows(
                "/server_info",
                "print server version/status information",
                _ -> Reply.json(serverInfo()));
        shows("/stats", "print server stats", query -> StatPages.stats(stats, query));
        shows(
                "/stats/prometheus",
                "print server stats in prometheus format",
                query -> StatPages.prometheus(stats, query));
    }

    private void shows(String path, String help, Function<Query, Reply> make) {
        byPath.put(path, new Page(false, help, make));
    }

    private void does(String path, String help, Function<Query, Reply> make) {
        byPath.put(path, new Page(true, help, make));
    }

    /** Answers a request. */
    Reply answer(String method, String path, Query query) {
        Page page = byPath.get(path);
        if (page == null) {
            return Reply.text(404, "invalid path. " + help());
        }
        if (page.changes && !method.equals("POST")) {
            return Reply.text(405, "Method " + method + " not allowed, POST required.");
        }
        return page.make.apply(query);
    }

    private String help() {
        var text = new StringBuilder("admin commands are:\n");
        byPath.forEach((path, page) ->
                text.append("  ")
                        .append(path)
                        .append(page.changes ? " (POST): " : ": ")
                        .append(page.help)
                        .append('\n'));
        return text.toString();
    }

    private String home() {
        var text =
                new StringBuilder(
                        "<!DOCTYPE html>\n<html lang='en'>\n<head><title>Envoy Admin</title></head>"
                                + "\n<body>\n<table>\n<tr><th>Command</th><th>Description</th></tr>\n");
        byPath.forEach((path, page) ->
                text.append("<tr><td>")
                        .append(link(path, page))
                        .append("</td><td>")
                        .append(escaped(page.help))
                        .append("</td></tr>\n"));
        return text.append("</table>\n</body>\n</html>\n").toString();
    }

    private static String link(String path, Page page) {
        return page.changes
                ? "<form action='" + path + "' method='post'><button>" + path + "</button></form>"
                : "<a href='" + path + "'>" + path + "</a>";
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private Reply ready() {
        ServerState state = view.state();
        return Reply.text(state == ServerState.LIVE ? 200 : 503, state + "\n");
    }

    private Reply listeners(Query query) {
        List<ListenerView> listeners = view.listeners();
        if (query.get("format").equals("json")) {
            return Reply.json(
                    Json.pretty(
                            Map.of(
                                    "listener_statuses",
                                    listeners.stream().map(Pages::listener).toList())));
        }
        var text = new StringBuilder();
        for (ListenerView listener : listeners) {
            boolean ip6 = listener.host().indexOf(':') >= 0;
            text.append(listener.name())
                    .append("::")
                    .append(ip6 ? "[" + listener.host() + "]" : listener.host())
                    .append(':')
                    .append(listener.port())
                    .append('\n');
        }
        return Reply.text(text.toString());
    }

    private static Map<String, Object> listener(ListenerView listener) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("name", listener.name());
        fields.put("local_address", Addresses.json(listener.host(), listener.port()));
        return fields;
    }

    private Reply drainListeners(Query query) {
        boolean graceful = query.has("graceful");
        boolean inboundOnly = query.has("inboundonly");
        return after(() -> view.drainListeners(graceful, inboundOnly));
    }

    private Reply logging(Query query) {
        if (query.has("level")) {
            if (!LOG_LEVELS.contains(query.get("level"))) {
                return usage("unknown logger level");
            }
            view.changeLogLevel(query.get("level"));
        } else if (!query.parameters().isEmpty()) {
            return usage("unknown logger name");
        }
        return Reply.text("active loggers:\n  main: " + view.logLevel() + "\n");
    }

    private static Reply usage(String error) {
        return Reply.text(
                400, "error: " + error + "\n\nusage: /logging?level=<level> (change all levels)\n");
    }

    private static Reply memory() {
        Runtime runtime = Runtime.getRuntime();
        var fields = new LinkedHashMap<String, Object>();
        long used = runtime.totalMemory() - runtime.freeMemory();
        fields.put("allocated", Long.toString(used));
        fields.put("heap_size", Long.toString(runtime.totalMemory()));
        fields.put("pageheap_unmapped", "0");
        fields.put("pageheap_free", Long.toString(runtime.freeMemory()));
        fields.put("total_thread_cache", "0");
        fields.put("total_physical_bytes", Long.toString(runtime.totalMemory()));
        return Reply.json(Json.pretty(fields));
    }

    private String serverInfo() {
        AdminView.ServerInfo info = view.info();
        String up = upSeconds.getAsLong() + "s";
        var fields = new LinkedHashMap<String, Object>();
        fields.put("version", info.version());
        fields.put("state", view.state().name());
        fields.put("uptime_current_epoch", up);
        fields.put("uptime_all_epochs", up);
        fields.put("hot_restart_version", "disabled");
        fields.put("command_line_options", info.options());
        fields.put("node", info.node());
        return Json.pretty(fields);
    }

    private static String empty(String list) {
        return Json.pretty(Map.of(list, List.of()));
    }

    private static Reply after(Runnable action) {
        action.run();
        return Reply.ok();
    }
}
