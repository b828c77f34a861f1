import com.google.common.collect.ImmutableList;
import com.sun.net.httpserver.HttpServer;
import io.envoyproxy.controlplane.cache.v3.SimpleCache;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Serves route configurations with java-control-plane, as FleetLoad of our own management server
 * does: {@code POST /?routes=N} writes N of them, {@code POST /?content=N} changes the first one.
 */
final class Server {
    private static final List<RouteConfiguration> all = new ArrayList<>();

    public static void main(String[] ports) throws Exception {
        var cache = new SimpleCache<String>(node -> "all");
        var server = new V3DiscoveryServer(cache);
        NettyServerBuilder.forAddress(address(ports[0]))
                .addService(server.getAggregatedDiscoveryServiceImpl())
                .build()
                .start();
        HttpServer control = HttpServer.create(address(ports[1]), 16);
        control.createContext("/", exchange -> {
            if (exchange.getRequestMethod().equals("POST")) { // else: are we here?
                change(exchange.getRequestURI().getQuery().split("="), cache);
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        control.start();
    }

    private static void change(String[] words, SimpleCache<String> cache) {
        if (words[0].equals("routes")) {
            all.clear();
            for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                all.add(routes(i, "0"));
            }
        } else {
            all.set(0, routes(0, words[1]));
        }
        cache.setSnapshot(
                "all",
                Snapshot.create(
                        ImmutableList.of(),
                        ImmutableList.of(),
                        ImmutableList.of(),
                        all,
                        ImmutableList.of(),
                        words[0] + words[1]));
    }

    private static InetSocketAddress address(String port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
    }

    private static RouteConfiguration routes(int i, String content) {
        var body = DataSource.newBuilder().setInlineString("content " + content);
        return RouteConfiguration.newBuilder()
                .setName("routes-" + i)
                .addVirtualHosts(
                        VirtualHost.newBuilder()
                                .setName("host-" + i)
                                .addDomains("host-" + i + ".example.org")
                                .addRoutes(
                                        Route.newBuilder()
                                                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                                                .setDirectResponse(
                                                        DirectResponseAction.newBuilder()
                                                                .setStatus(200)
                                                                .setBody(body))))
                .build();
    }
}
