package io.postern.app.differential;

import com.google.protobuf.InvalidProtocolBufferException;
import io.postern.app.management.KeptResources;
import io.postern.app.management.ManagementServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;

/**
 * A configuration that comes from a management server: listeners, their routes, clusters and their
 * endpoints are resources of their own; what is left is the bootstrap. One server for each proxy.
 */
final class AdsDelivery implements Launcher.Delivery, AutoCloseable {
    private static final String TYPES = "type.googleapis.com/envoy.config.";
    private static final Map<String, Object> FROM_ADS =
            Map.of("resource_api_version", "V3", "ads", Map.of());

    private final Queue<ManagementServer> servers = new ConcurrentLinkedQueue<>();

    @Override
    public String bootstrap(String config) throws IOException {
        Map<String, Object> bootstrap = map(new Yaml().load(config));
        var split = new Split();
        split.take(bootstrap);
        var server = new ManagementServer();
        servers.add(server);
        int port = server.listen(null);
        server.serve(messages(split.resources));
        // Half of the configurations come in the one variant, half in the other.
        int number = config.lines().findFirst().hashCode();
        String variant = number % 2 == 0 ? "GRPC" : "DELTA_GRPC";
        String node = "node-" + ProcessHandle.current().pid() + "-" + number;
        KeptResources.forget(node); // of another file with the same configuration
        for (var entry : map(new Yaml().load(discovery(variant, node))).entrySet()) {
            bootstrap.putIfAbsent(entry.getKey(), entry.getValue());
        }
        list(map(bootstrap.get("static_resources")).get("clusters"))
                .add(new Yaml().load(managementCluster(port)));
        return written(bootstrap);
    }

    private static List<com.google.protobuf.Message> messages(List<Object> resources)
            throws InvalidProtocolBufferException {
        return ManagementServer.messages(written(Map.of("resources", resources)));
    }

    // Texts in quotes: "y" is a boolean without.
    private static String written(Object tree) {
        var options = new DumperOptions();
        return new Yaml(new Quoting(options), options).dump(tree);
    }

    /** Writes all texts in quotes. */
    private static final class Quoting extends Representer {
        Quoting(DumperOptions options) {
            super(options);
            representers.put(
                    String.class,
                    text -> representScalar(Tag.STR, (String) text, ScalarStyle.DOUBLE_QUOTED));
        }
    }

    // Both proxies are the same node, and no other run's: what that kept on disk is not served.
    private static String discovery(String variant, String node) {
        return """
        node: {id: "%s", cluster: differential}
        dynamic_resources:
          ads_config:
            api_type: %s
            transport_api_version: V3
            grpc_services: [{envoy_grpc: {cluster_name: management-server}}]
          lds_config: {resource_api_version: V3, ads: {}}
          cds_config: {resource_api_version: V3, ads: {}}
        """
                .formatted(node, variant);
    }

    private static String managementCluster(int port) {
        return """
        name: management-server
        load_assignment:
          cluster_name: management-server
          endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]
        typed_extension_protocol_options:
          envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
            "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
            explicit_http_config: {http2_protocol_options: {}}
        """
                .formatted(port);
    }

    @Override
    public void close() {
        servers.forEach(ManagementServer::close);
    }

    @SuppressWarnings("unchecked") // a map of YAML
    private static Map<String, Object> map(@Nullable Object node) {
        return node instanceof Map ? (Map<String, Object>) node : new LinkedHashMap<>();
    }

    @SuppressWarnings("unchecked") // a list of YAML
    private static List<Object> list(@Nullable Object node) {
        return node instanceof List ? (List<Object>) node : new ArrayList<>();
    }

    /** Takes resources out of a bootstrap. */
    private static final class Split {
        private final List<Object> resources = new ArrayList<>();
        private final Set<String> tables = new HashSet<>();

        void take(Map<String, Object> bootstrap) {
            Map<String, Object> fixed = map(bootstrap.get("static_resources"));
            Object local = map(bootstrap.get("cluster_manager")).get("local_cluster_name");
            List<Object> staying = new ArrayList<>();
            for (Object one : list(fixed.remove("clusters"))) {
                if (local != null && local.equals(map(one).get("name"))) {
                    staying.add(one); // Envoy wants it there from the start
                } else {
                    cluster(map(one));
                }
            }
            list(fixed.remove("listeners")).forEach(one -> listener(map(one)));
            fixed.put("clusters", staying);
            bootstrap.put("static_resources", fixed);
        }

        private void add(String type, Map<String, Object> resource) {
            Map<String, Object> typed = new LinkedHashMap<>();
            typed.put("@type", TYPES + type);
            typed.putAll(resource);
            resources.add(typed);
        }

        private void cluster(Map<String, Object> cluster) {
            Object hosts = cluster.get("load_assignment");
            if ("STATIC".equals(cluster.get("type")) && map(hosts).containsKey("endpoints")) {
                cluster.remove("load_assignment");
                cluster.put("type", "EDS");
                cluster.put("eds_cluster_config", Map.of("eds_config", FROM_ADS));
                add("endpoint.v3.ClusterLoadAssignment", map(hosts));
            }
            add("cluster.v3.Cluster", cluster);
        }

        private void listener(Map<String, Object> listener) {
            for (Object chain : list(listener.get("filter_chains"))) {
                for (Object filter : list(map(chain).get("filters"))) {
                    Map<String, Object> manager = map(map(filter).get("typed_config"));
                    if (manager.get("route_config") instanceof Map) {
                        routes(manager);
                    }
                }
            }
            add("listener.v3.Listener", listener);
        }

        private void routes(Map<String, Object> manager) {
            Map<String, Object> table = map(manager.remove("route_config"));
            String name = String.valueOf(table.getOrDefault("name", "routes"));
            while (!tables.add(name)) {
                name += "+";
            }
            table.put("name", name);
            manager.put("rds", Map.of("route_config_name", name, "config_source", FROM_ADS));
            add("route.v3.RouteConfiguration", table);
        }
    }
}
