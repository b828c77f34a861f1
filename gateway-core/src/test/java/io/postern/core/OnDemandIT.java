package io.postern.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.Listener;
import io.postern.config.model.RuntimeSnapshot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that wait for the virtual host of their host. */
@Timeout(60)
class OnDemandIT {
    private final CountingFilter filters = new CountingFilter();
    private final Gateway gateway = TestGateway.start(filters);
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicReference<String> asked = new AtomicReference<>("");

    @AfterEach
    void close() {
        gateway.close();
        client.close();
        assertThat(filters.open()).as("filters left open").isZero();
    }

    @Test
    void aRequestGoesOnWhenItsHostHasCome() throws Exception {
        // Given
        serve("other.example");
        answering(() -> serve("127.0.0.1"));
        // When
        String answer = post("body");
        // Then
        assertThat(answer).isEqualTo("200 found");
        assertThat(asked.get()).startsWith("r 127.0.0.1");
    }

    @Test
    void aHostThatIsNotToBeHadIsNotFound() throws Exception {
        // Given
        serve("other.example");
        answering(() -> {});
        // When
        String answer = post("");
        // Then
        assertThat(answer).isEqualTo("404 ");
    }

    @Test
    void aHostThatIsThereIsNotAskedFor() throws Exception {
        // Given
        serve("127.0.0.1");
        answering(() -> {});
        // When
        String answer = post("");
        // Then
        assertThat(answer).isEqualTo("200 found");
        assertThat(asked.get()).isEmpty();
    }

    @Test
    void aBodyThatIsLargerThanTheBufferIsNotReadWhileItWaits() throws Exception {
        // Given
        serve("other.example");
        answering(() -> serve("127.0.0.1"));
        // When
        String answer = post("x".repeat(2_000_000));
        // Then
        assertThat(answer).isEqualTo("200 found");
    }

    private void answering(Runnable before) {
        gateway.askVirtualHostsWith((_, table, host, answered) -> {
            asked.set(table + " " + host);
            var _ = CompletableFuture.runAsync(before).thenRun(answered);
        });
    }

    private void serve(String domain) {
        gateway.apply(new RuntimeSnapshot(List.of(listener(domain)), List.of()));
    }

    private String post(String body) throws IOException, InterruptedException {
        if (!(gateway.listeners().getFirst().address() instanceof InetSocketAddress address)) {
            throw new AssertionError("not bound");
        }
        var uri = URI.create("http://127.0.0.1:" + address.getPort() + "/");
        var request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(body)).build();
        var response = client.send(request, BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    private static Listener listener(String domain) {
        return TestGateway.bootstrap(
                        """
                        static_resources:
                          listeners:
                          - name: main
                            per_connection_buffer_limit_bytes: 65536
                            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                            filter_chains:
                            - filters:
                              - name: hcm
                                typed_config:
                                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                                  stat_prefix: test
                                  route_config:
                                    name: r
                                    ignore_port_in_host_matching: true
                                    vhds: {config_source: {ads: {}}}
                                    virtual_hosts:
                                    - name: all
                                      domains: ["DOMAIN"]
                                      routes:
                                      - match: {prefix: /}
                                        direct_response: {status: 200, body: {inline_string: found}}
                                  http_filters:
                                  - name: envoy.filters.http.on_demand
                                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.on_demand.v3.OnDemand}
                                  - name: envoy.filters.http.router
                                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                        """
                                .replace("DOMAIN", domain))
                .listeners()
                .getFirst();
    }
}
