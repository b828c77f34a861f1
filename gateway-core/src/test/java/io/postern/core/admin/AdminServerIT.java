package io.postern.core.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.RuntimeLayers;
import io.postern.core.observe.StatStore;
import io.postern.core.upstream.ClusterView;
import io.postern.sdk.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminServerIT {
    private final StatStore stats = new StatStore(1);
    private final NotingView view = new NotingView();
    private final HttpClient client = HttpClient.newHttpClient();
    private AdminServer server;

    @BeforeEach
    void start() throws IOException {
        Metrics metrics = stats.forWorker(0);
        metrics.counter("cluster.c1.upstream_rq_200").add(7);
        metrics.counter("cluster.c1.upstream_rq_2xx").add(7);
        metrics.counter("http.in.downstream_rq_5xx").add(0);
        metrics.counter("wasmcustom.my_total").add(3);
        metrics.gauge("listener.127.0.0.1_80.downstream_cx_active").add(2);
        metrics.gauge("listener.127.0.0.1_80.worker_0.downstream_cx_active").add(2);
        metrics.histogram("cluster.c1.upstream_rq_time").record(3);
        metrics.histogram("http.in.downstream_rq_time");
        server =
                AdminServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), view, stats);
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
    }

    @ParameterizedTest
    @CsvSource({
        "LIVE, 200",
        "DRAINING, 503",
        "PRE_INITIALIZING, 503",
    })
    void tellsWhetherItIsReady(ServerState state, int status) throws Exception {
        view.state = state;
        HttpResponse<String> response = send("GET", "/ready");
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).isEqualTo(state + "\n");
        assertThat(response.headers().firstValue("content-type"))
                .contains("text/plain; charset=UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/stats?filter=^cluster | cluster.c1.upstream_rq_200:"
                        + " 7\\ncluster.c1.upstream_rq_2xx: 7\\ncluster.c1.upstream_rq_time: P0(nan,3)"
                        + " P25(nan,3.025) P50(nan,3.05) P75(nan,3.075) P90(nan,3.09) P95(nan,3.095)"
                        + " P99(nan,3.099) P99.5(nan,3.0995) P99.9(nan,3.0999) P100(nan,3.1)\\n",
                "/stats?filter=in.downstream | http.in.downstream_rq_5xx:"
                        + " 0\\nhttp.in.downstream_rq_time: No recorded values\\n",
                "/stats?filter=in.downstream&usedonly | ''",
                "/stats?filter=rq_2xx&format=json |"
                        + " {\"stats\":[{\"name\":\"cluster.c1.upstream_rq_2xx\",\"value\":7}]}",
                "/stats?type=Gauges&filter=active | listener.127.0.0.1_80.downstream_cx_active:"
                        + " 2\\nlistener.127.0.0.1_80.worker_0.downstream_cx_active: 2\\n",
            })
    void showsStats(String path, String body) throws Exception {
        assertThat(send("GET", path.replace("^", "%5E")).body())
                .isEqualTo(body.replace("\\n", "\n"));
    }

    @Test
    void speaksToPrometheus() throws Exception {
        assertThat(send("GET", "/stats/prometheus?filter=cluster%7Cwasm%7Clistener").body())
                .startsWith(
                        """
                        # TYPE envoy_cluster_upstream_rq counter
                        envoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="c1"} 7
                        # TYPE envoy_cluster_upstream_rq_xx counter
                        envoy_cluster_upstream_rq_xx{envoy_response_code_class="2",envoy_cluster_name="c1"} 7
                        # TYPE my_total counter
                        my_total{} 3
                        # TYPE envoy_listener_downstream_cx_active gauge
                        envoy_listener_downstream_cx_active{envoy_listener_address="127.0.0.1_80"} 2
                        # TYPE envoy_listener_worker_downstream_cx_active gauge
                        envoy_listener_worker_downstream_cx_active{envoy_worker_id="0",\
                        envoy_listener_address="127.0.0.1_80"} 2
                        # TYPE envoy_cluster_upstream_rq_time histogram
                        envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="c1",le="0.5"} 0
                        envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="c1",le="1"} 0
                        envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="c1",le="5"} 1
                        """)
                .endsWith(
                        """
                        le="+Inf"} 1
                        envoy_cluster_upstream_rq_time_sum{envoy_cluster_name="c1"} 3
                        envoy_cluster_upstream_rq_time_count{envoy_cluster_name="c1"} 1
                        """);
    }

    @Test
    void refusesWhatItDoesNotKnow() throws Exception {
        assertThat(send("GET", "/nope").statusCode()).isEqualTo(404);
        assertThat(send("GET", "/nope").body())
                .startsWith("invalid path. admin commands are:\n  /: Admin home page\n")
                .contains("  /quitquitquit (POST): exit the server\n");
        assertThat(send("GET", "/help").body()).startsWith("admin commands are:\n  /: ");
        assertThat(send("GET", "/quitquitquit").statusCode()).isEqualTo(405);
        assertThat(send("GET", "/quitquitquit").body())
                .isEqualTo("Method GET not allowed, POST required.");
        assertThat(send("GET", "/stats?format=foo").statusCode()).isEqualTo(400);
        assertThat(send("GET", "/stats?filter=%5B").statusCode()).isEqualTo(400);
        assertThat(send("POST", "/logging?level=loud").statusCode()).isEqualTo(400);
        assertThat(view.done).isEmpty();
    }

    @Test
    void doesWhatItIsTold() throws Exception {
        for (String path :
                List.of(
                        "/healthcheck/fail",
                        "/healthcheck/ok",
                        "/drain_listeners?graceful",
                        "/reopen_logs",
                        "/logging?level=debug",
                        "/reset_counters",
                        "/quitquitquit")) {
            assertThat(send("POST", path).statusCode()).as(path).isEqualTo(200);
        }
        Awaitility.await().until(() -> view.done.contains("quit"));
        assertThat(view.done)
                .containsExactly(
                        "fail true",
                        "fail false",
                        "drain true false",
                        "reopen",
                        "level debug",
                        "quit");
        assertThat(send("GET", "/stats?filter=rq_200").body())
                .isEqualTo("cluster.c1.upstream_rq_200: 0\n");
    }

    @Test
    void changesRuntimeValuesAndShowsThem() throws Exception {
        // When
        assertThat(send("POST", "/runtime_modify?a.b=1&c=two").body()).isEqualTo("OK\n");
        assertThat(send("POST", "/runtime_modify?c=").body()).isEqualTo("OK\n");
        assertThat(send("POST", "/runtime_modify").statusCode()).isEqualTo(400);
        // Then
        assertThat(send("GET", "/runtime").body().replaceAll("\\s", ""))
                .isEqualTo(
                        "{\"entries\":{\"a.b\":{\"final_value\":\"1\",\"layer_values\":[\"1\"]}},"
                                + "\"layers\":[\"\"]}");
    }

    @Test
    void showsListenersAndTheServer() throws Exception {
        assertThat(send("GET", "/listeners").body())
                .isEqualTo("l1::127.0.0.1:8080\nl2::[::1]:80\n");
        assertThat(send("GET", "/listeners?format=json").body())
                .startsWith(
                        """
                        {
                         "listener_statuses": [
                          {
                           "name": "l1",
                           "local_address": {
                            "socket_address": {
                             "address": "127.0.0.1",
                             "port_value": 8080
                            }
                           }
                          },
                        """);
        assertThat(send("GET", "/server_info").body())
                .contains("\"version\": \"v\"", "\"state\": \"LIVE\"", "\"concurrency\": 2");
        assertThat(send("GET", "/config_dump").body())
                .isEqualTo(Json.pretty(Map.of("configs", NotingView.sections())));
        assertThat(send("GET", "/").body()).contains("/stats/prometheus");
        for (String path : List.of("/memory", "/certs", "/runtime", "/clusters")) {
            assertThat(send("GET", path).statusCode()).as(path).isEqualTo(200);
        }
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        var request =
                HttpRequest.newBuilder(uri)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** A process that notes what it is told. */
    private static final class NotingView implements AdminView {
        private RuntimeLayers runtime = RuntimeLayers.DEFAULT;

        @Override
        public RuntimeLayers runtime() {
            return runtime;
        }

        @Override
        public void modifyRuntime(Map<String, String> changes) {
            runtime = runtime.modified(changes);
        }

        volatile ServerState state = ServerState.LIVE;
        final List<String> done = Collections.synchronizedList(new ArrayList<>());

        @Override
        public ServerState state() {
            return state;
        }

        @Override
        public List<ListenerView> listeners() {
            return List.of(
                    new ListenerView("l1", "127.0.0.1", 8080), new ListenerView("l2", "::1", 80));
        }

        @Override
        public List<ClusterView> clusters() {
            return List.of();
        }

        @Override
        public List<Map<String, Object>> configDump() {
            return sections();
        }

        static List<Map<String, Object>> sections() {
            Map<String, Object> section = new TreeMap<>();
            section.put("@type", "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump");
            return List.of(section);
        }

        @Override
        public ServerInfo info() {
            return new ServerInfo("v", Map.of("concurrency", 2), Map.of("id", "n"));
        }

        @Override
        public String logLevel() {
            return "info";
        }

        @Override
        public void changeLogLevel(String level) {
            done.add("level " + level);
        }

        @Override
        public void failHealthChecks(boolean fail) {
            done.add("fail " + fail);
        }

        @Override
        public void drainListeners(boolean graceful, boolean inboundOnly) {
            done.add("drain " + graceful + " " + inboundOnly);
        }

        @Override
        public void reopenLogs() {
            done.add("reopen");
        }

        @Override
        public void quit() {
            done.add("quit");
        }
    }
}
