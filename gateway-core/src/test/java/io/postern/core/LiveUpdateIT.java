package io.postern.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.Listener;
import io.postern.config.model.MissingFilter;
import io.postern.config.model.RuntimeSnapshot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a running gateway does when its configuration changes, seen by clients. */
@Timeout(60)
class LiveUpdateIT {
    private final CountingFilter filters = new CountingFilter();
    private Gateway gateway = TestGateway.start(filters);

    @BeforeEach
    void serveFirstVersion() {
        apply(TestGateway.listener("main", "/", "one", ""));
    }

    @AfterEach
    void close() {
        gateway.close();
        assertThat(filters.open()).as("filters left open").isZero();
    }

    @Test
    void aRouteChangeReachesTheNextRequestOnAnOpenConnection() {
        try (var client = new TestClient(gateway)) {
            // Given
            assertThat(client.get("/")).isEqualTo("200 one");
            // When
            apply(TestGateway.listener("main", "/", "two", ""));
            // Then
            assertThat(client.get("/")).isEqualTo("200 two");
        }
    }

    @Test
    void aRouteChangeKeepsTheFiltersOfTheChain() {
        try (var client = new TestClient(gateway)) {
            // Given
            assertThat(client.get("/")).isEqualTo("200 one");
            int loaded = filters.loaded();
            // When
            apply(TestGateway.listener("main", "/", "two", ""));
            assertThat(client.get("/")).isEqualTo("200 two");
            // Then
            assertThat(filters.loaded()).isEqualTo(loaded);
        }
    }

    @Test
    void aChangedConnectionManagerDrainsTheConnectionsOfItsChainAndServesNewOnes() {
        try (var before = new TestClient(gateway)) {
            // Given
            assertThat(before.get("/")).isEqualTo("200 one");
            // When
            apply(TestGateway.listener("main", "/", "two", "via: gateway"));
            // Then
            before.awaitEnd();
            try (var after = new TestClient(gateway)) {
                assertThat(after.get("/")).isEqualTo("200 two");
            }
        }
    }

    @Test
    void anAddedListenerServesAndARemovedOneRefuses() {
        // When
        apply(
                TestGateway.listener("main", "/", "one", ""),
                TestGateway.listener("other", "/", "else", ""));
        try (var client = new TestClient(gateway, "other")) {
            assertThat(client.get("/")).isEqualTo("200 else");
            apply(TestGateway.listener("main", "/", "one", ""));
            // Then
            client.awaitEnd();
        }
        assertThat(gateway.listeners()).hasSize(1);
    }

    @Test
    void aListenerThatCannotWorkLeavesTheOldOneServing() {
        // When
        var broken = TestGateway.listener("main", "/", "two", "");
        filters.refuse(true);
        var applied = gateway.apply(snapshot(TestGateway.withFilter(broken, "refused")));
        filters.refuse(false);
        // Then
        assertThat(applied.listenerErrors()).containsOnlyKeys("main");
        try (var client = new TestClient(gateway)) {
            assertThat(client.get("/")).isEqualTo("200 one");
        }
    }

    @Test
    void ofTwoListenersOnOneAddressTheLaterIsRefusedUntilTheOtherMovesOn() throws IOException {
        // Given
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Listener first = TestGateway.at(port, TestGateway.listener("first", "/", "first", ""));
        Listener second = TestGateway.at(port, TestGateway.listener("second", "/", "second", ""));
        // When
        var applied = gateway.apply(snapshot(first, second));
        // Then
        assertThat(applied.listenerErrors())
                .containsOnlyKeys("second")
                .extractingByKey("second")
                .asString()
                .contains("duplicate address 127.0.0.1:" + port, "first");
        assertThat(gateway.listeners()).hasSize(1);
        // When the other one goes to a port of the system's choice in the same update
        apply(second, TestGateway.listener("first", "/", "first", ""));
        // Then
        try (var client = new TestClient(gateway, "second")) {
            assertThat(client.get("/")).isEqualTo("200 second");
        }
    }

    @Test
    void aFilterWithoutAConfigurationRefusesEveryRequestInItsPlace() {
        // When
        var listener = TestGateway.listener("main", "/", "one", "");
        apply(TestGateway.withFilter(listener, new MissingFilter()));
        // Then
        try (var client = new TestClient(gateway)) {
            assertThat(client.get("/")).isEqualTo("500 ");
        }
        // and when it has come
        apply(TestGateway.withFilter(listener, "come"));
        try (var client = new TestClient(gateway)) {
            assertThat(client.get("/")).isEqualTo("200 one");
        }
    }

    @Test
    void filtersOfAnOldVersionCloseAfterItsLastExchange() {
        try (var client = new TestClient(gateway)) {
            // Given
            apply(TestGateway.withFilter(TestGateway.listener("main", "/", "one", ""), "first"));
            assertThat(client.get("/")).isEqualTo("200 one");
            // When
            apply(TestGateway.withFilter(TestGateway.listener("main", "/", "one", ""), "second"));
            assertThat(client.get("/")).isEqualTo("200 one");
            // Then
            filters.awaitClosed("first");
            assertThat(filters.isOpen("second")).isTrue();
        }
    }

    @Test
    void waitingForTheLastConnectionEndsWithIt() throws InterruptedException {
        try (var client = new TestClient(gateway)) {
            // Given
            assertThat(client.get("/")).isEqualTo("200 one");
            // When
            gateway.drain();
            client.awaitEnd();
        }
        // Then
        assertThat(gateway.awaitDrained(Duration.ofSeconds(10))).isTrue();
    }

    private void apply(Listener... listeners) {
        assertThat(gateway.apply(snapshot(listeners)).listenerErrors()).isEmpty();
    }

    private static RuntimeSnapshot snapshot(Listener... listeners) {
        return new RuntimeSnapshot(List.of(listeners), List.of());
    }
}
