package io.postern.app.management;

import static io.postern.app.management.RestServer.reply;
import static io.postern.app.management.RestServer.response;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.postern.app.management.RestServer.Question;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Listeners, clusters, routes and endpoints by polling ({@code api_type: REST}). */
@Timeout(90)
class RestIT {
    private static final String NODE = "polling";
    private static final String LISTENERS = "/v3/discovery:listeners";
    private static final String CLUSTERS = "/v3/discovery:clusters";
    private static final String ROUTES = "/v3/discovery:routes";
    private static final String ENDPOINTS = "/v3/discovery:endpoints";
    private static final String SOURCE =
            """
            {"resource_api_version": "V3", "api_config_source": {"api_type": "REST", "transport_api_version": "V3",
             "cluster_names": ["xds"], "refresh_delay": "0.05s", "request_timeout": "0.5s"}}\
            """;
    private static final String BOOTSTRAP =
            """
            node: {id: "NODE", cluster: edge}
            dynamic_resources:
              lds_config: SOURCE
              cds_config: SOURCE
            static_resources:
              clusters:
              - name: xds
                load_assignment:
                  cluster_name: xds
                  endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}}]}]
            """;
    private static final String LISTENER =
            """
            {"@type": "type.googleapis.com/envoy.config.listener.v3.Listener", "name": "main",
             "address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}},
             "filter_chains": [{"filters": [{"name": "http", "typed_config": {
               "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
               "stat_prefix": "main", "rds": {"route_config_name": "routes", "config_source": SOURCE},
               "http_filters": [{"name": "router", "typed_config":
                 {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}]}]}\
            """
                    .replace("SOURCE", SOURCE);
    private static final String CLUSTER =
            """
            {"@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "origin", "type": "EDS",
             "eds_cluster_config": {"eds_config": SOURCE}}\
            """
                    .replace("SOURCE", SOURCE);
    private static final String TO_THE_ORIGIN = table("\"route\": {\"cluster\": \"origin\"}");

    private final CountDownLatch over = new CountDownLatch(1);
    private final RestServer server = server();

    @AfterEach
    void close() {
        over.countDown();
        server.close();
    }

    private static RestServer server() {
        try {
            var server = new RestServer();
            server.serve(LISTENERS, "1", LISTENER);
            server.serve(CLUSTERS, "1", CLUSTER);
            server.serve(ENDPOINTS, "1", endpoints(server.port()));
            server.serve(ROUTES, "1", answering("version 1"));
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String table(String action) {
        return """
        {"@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration", "name": "routes", "virtual_hosts":
         [{"name": "all", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, %s}]}]}\
        """
                .formatted(action);
    }

    private static String answering(String text) {
        return table(
                "\"direct_response\": {\"status\": 200, \"body\": {\"inline_string\": \"%s\"}}"
                        .formatted(text));
    }

    private static String endpoints(int port) {
        return """
        {"@type": "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment", "cluster_name": "origin",
         "endpoints": [{"lb_endpoints": [{"endpoint": {"address":
           {"socket_address": {"address": "127.0.0.1", "port_value": %d}}}}]}]}\
        """
                .formatted(port);
    }

    private ManagedGateway gateway() throws IOException {
        KeptResources.forget(NODE);
        return new ManagedGateway(
                BOOTSTRAP
                        .replace("SOURCE", SOURCE)
                        .replace("NODE", NODE)
                        .replace("PORT", Integer.toString(server.port())));
    }

    @Test
    void everyKindIsPolledAndWhatChangesIsServed() throws Exception {
        // Given
        try (var gateway = gateway()) {
            gateway.awaitAnswer("version 1");
            // When
            server.serve(ROUTES, "2", TO_THE_ORIGIN);
            // Then
            gateway.awaitAnswer("from the origin");
            assertThat(first(LISTENERS).getNode().getId()).isEqualTo(NODE);
            assertThat(first(LISTENERS).getVersionInfo()).isEmpty();
            assertThat(first(ROUTES).getResourceNamesList()).containsExactly("routes");
            assertThat(first(ENDPOINTS).getResourceNamesList()).containsExactly("origin");
            // and whoever has the newest version is told so by 304
            for (String path : List.of(LISTENERS, CLUSTERS, ROUTES, ENDPOINTS)) {
                Awaitility.await()
                        .untilAsserted(() ->
                                assertThat(server.questions(path))
                                        .extracting(Question::status)
                                        .contains(200, 304));
            }
            assertThat(gateway.said()).doesNotContain("304");
        }
    }

    private DiscoveryRequest first(String path) {
        return server.questions(path).getFirst().request();
    }

    @Test
    void aRefusedVersionIsNotTheOneThatIsSentBack() throws Exception {
        // Given
        try (var gateway = gateway()) {
            gateway.awaitAnswer("version 1");
            // When
            server.serve(ROUTES, "bad", table("\"route\": {\"cluster_header\": \"\"}"));
            gateway.awaitSaid("cluster_header");
            int before = server.questions(ROUTES).size();
            Awaitility.await().until(() -> server.questions(ROUTES).size() > before + 1);
            // Then
            assertThat(server.questions(ROUTES).getLast().request().getVersionInfo())
                    .isNotEqualTo("bad");
            assertThat(gateway.get()).isEqualTo("version 1");
        }
    }

    /**
     * What the server does instead of answering.
     *
     * @param said part of what the log says then
     */
    record Case(String name, Bad bad, String said) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A handler that may wait for the end of the test. */
    interface Bad {
        void answer(HttpExchange exchange, CountDownLatch over) throws Exception;
    }

    private static Case of(String name, String body, String said) {
        return new Case(name, (exchange, _) -> reply(exchange, 200, body), said);
    }

    static List<Case> cases() {
        String other = CLUSTER.replace("origin", "routes");
        return List.of(
                new Case(
                        "an error",
                        (exchange, _) -> reply(exchange, 500, "no\nluck"),
                        "the server answered 500: no luck"),
                new Case(
                        "silence",
                        (exchange, over) -> {
                            over.await();
                            exchange.close();
                        },
                        "the server answered 504: upstream request timeout"),
                new Case("a connection that is closed", (exchange, _) -> exchange.close(), "503"),
                new Case(
                        "an answer that breaks off",
                        (exchange, _) -> {
                            exchange.sendResponseHeaders(200, 1000);
                            exchange.getResponseBody().write('{');
                            exchange.getResponseBody().flush();
                            exchange.close();
                        },
                        "broke off or is too long"),
                of("a huge answer", " ".repeat(17 << 20), "broke off or is too long"),
                of("nothing", "", "discovery:routes"),
                of("garbage", "\u0001\u0002 <html>", "discovery:routes:1:1"),
                of("half of it", response("2", answering("bad")).substring(0, 150), "routes:"),
                of("what is nested for ever", "[".repeat(100_000), "discovery:routes:1"),
                of("a list", "[]", "discovery:routes:1"),
                of("an unknown field", "{\"resourcez\": []}", "resourcez"),
                of("a resource of another type", response("2", other), "RouteConfiguration"),
                of(
                        "one twice",
                        response("2", answering("bad") + "," + answering("worse")),
                        "delivered twice"),
                of(
                        "a value that cannot be",
                        response("2", answering("bad").replace("200", "9999")),
                        "direct_response.status"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatWasServedServesOnAndTheNextGoodVersionIsTaken(Case bad) throws Exception {
        // Given
        try (var gateway = gateway()) {
            gateway.awaitAnswer("version 1");
            // When
            HttpHandler handler =
                    exchange -> {
                        try {
                            bad.bad().answer(exchange, over);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        } catch (IOException e) {
                            throw e;
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    };
            server.misbehave(ROUTES, handler);
            // Then
            gateway.awaitSaid(bad.said());
            assertThat(gateway.get()).isEqualTo("version 1");
            // and
            server.serve(ROUTES, "3", answering("version 3"));
            gateway.awaitAnswer("version 3");
        }
    }
}
