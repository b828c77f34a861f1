package io.postern.core.admin;

import io.postern.config.model.RuntimeLayers;
import io.postern.core.upstream.ClusterView;
import java.util.List;
import java.util.Map;

/** What the admin server shows and what can be done through it. Called on virtual threads. */
public interface AdminView {
    /** Whether requests are served. */
    ServerState state();

    /** The listeners that accept. */
    List<ListenerView> listeners();

    /** The clusters with their hosts. */
    List<ClusterView> clusters();

    /** What protects routes: states by route. */
    default Map<String, Map<String, String>> routeGuards() {
        return Map.of();
    }

    /**
     * The sections of {@code envoy.admin.v3.ConfigDump} in Envoy's order, each with its {@code
     * @type}, made of maps, lists, texts, numbers and truths; without secrets. The caller may change
     * them.
     */
    List<Map<String, Object>> configDump();

    /** The runtime layers as they are now. */
    RuntimeLayers runtime();

    /** Changes the runtime's admin layer, which there is; empty values remove what it had. */
    void modifyRuntime(Map<String, String> changes);

    /** What /server_info shows besides state and times. */
    ServerInfo info();

    /** Log level in lower case. */
    String logLevel();

    /** Changes the log level: one of trace, debug, info, warning, error, critical, off. */
    void changeLogLevel(String level);

    /** Makes health checks fail, or succeed again. */
    void failHealthChecks(boolean fail);

    /** Stops accepting; with {@code graceful} open connections may end by themselves. */
    void drainListeners(boolean graceful, boolean inboundOnly);

    /** Opens access log files again. */
    void reopenLogs();

    /** Ends the process. */
    void quit();

    /**
     * One listener.
     *
     * @param host address without port
     */
    record ListenerView(String name, String host, int port) {}

    /**
     * The process.
     *
     * @param options command line options by their names in {@code
     *     envoy.admin.v3.CommandLineOptions}: texts, numbers and truths
     * @param node as in {@code envoy.config.core.v3.Node}
     */
    record ServerInfo(String version, Map<String, Object> options, Map<String, Object> node) {
        public ServerInfo {
            options = Map.copyOf(options);
            node = Map.copyOf(node);
        }
    }
}
