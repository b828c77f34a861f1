package io.postern.config.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Virtual hosts that are fetched when a request wants one. */
class VirtualHostDiscoveryTest {
    private final Rig rig = new Rig(true, null).start();
    private final ConfigSource source = new ConfigSource.Ads(Rig.NO_END);
    private final List<String> answered = new ArrayList<>();

    @BeforeEach
    void serve() {
        rig.server.put(ResourceType.ROUTES, "r", table("r"));
        rig.server.put(ResourceType.LISTENER, "l", Rig.listener("l", 1000, "r"));
        rig.settle();
    }

    @Test
    void aTableIsServedWithTheHostsItHas() {
        assertThat(hosts()).containsExactly("fixed.example");
    }

    @Test
    void aHostIsServedBeforeWhoeverAskedForItGoesOn() {
        // Given
        rig.server.put(ResourceType.VIRTUAL_HOST, "r/a.example", message("a.example"));
        rig.server.put(ResourceType.VIRTUAL_HOST, "r/b.example", message("b.example"));
        // When
        demand("a.example");
        demand("a.example");
        rig.settle();
        // Then
        assertThat(answered)
                .containsExactly(
                        "a.example: [fixed.example, a.example]",
                        "a.example: [fixed.example, a.example]");
        // and when it changes or goes
        rig.server.put(ResourceType.VIRTUAL_HOST, "r/a.example", message("new.example"));
        rig.settle();
        assertThat(hosts()).containsExactly("fixed.example", "new.example");
        rig.server.remove(ResourceType.VIRTUAL_HOST, "r/a.example");
        rig.settle();
        assertThat(hosts()).containsExactly("fixed.example");
    }

    @Test
    void aHostThatIsNotThereIsAnsweredAndAskedForAgainTheNextTime() {
        // When
        demand("none.example");
        rig.settle();
        // Then
        assertThat(answered).containsExactly("none.example: [fixed.example]");
        rig.server.put(ResourceType.VIRTUAL_HOST, "r/none.example", message("none.example"));
        demand("none.example");
        rig.settle();
        assertThat(answered).last().isEqualTo("none.example: [fixed.example, none.example]");
    }

    @Test
    void aServerMaySendAllHostsAlsoOfTablesThatComeLater() {
        // Given
        rig.server.sendAllHosts();
        rig.server.put(ResourceType.VIRTUAL_HOST, "r/a.example", message("a.example"));
        rig.server.put(ResourceType.VIRTUAL_HOST, "later/b.example", message("b.example"));
        rig.settle();
        assertThat(hosts()).containsExactly("fixed.example", "a.example");
        // When
        rig.server.put(ResourceType.ROUTES, "later", table("later"));
        rig.server.put(ResourceType.LISTENER, "l", Rig.listener("l", 1000, "later"));
        rig.settle();
        // Then
        assertThat(hosts()).containsExactly("fixed.example", "b.example");
        assertThat(rig.server.deltaRequests())
                .filteredOn(one -> one.getTypeUrl().endsWith("VirtualHost"))
                .allSatisfy(one -> assertThat(one.getResourceNamesSubscribeList()).isEmpty());
    }

    @Test
    void aServerThatDoesNotAnswerHoldsNobodyForEver() {
        // Given
        rig.server.disconnect(false);
        // When
        demand("a.example");
        rig.settle();
        // Then
        assertThat(answered).containsExactly("a.example: [fixed.example]");
    }

    @Test
    void moreHostsThanTheBoundAreNotAskedFor() {
        // When
        for (int i = 0; i < 10_001; i++) {
            rig.live.demand(source, "r", "h" + i, () -> answered.add("refused"));
        }
        // Then
        assertThat(answered).containsExactly("refused");
    }

    private static RouteConfiguration table(String name) {
        String vhds = "vhds: {configSource: {ads: {}, initialFetchTimeout: 0s}}";
        String hosts = "virtualHosts: [" + host("fixed.example") + "]";
        return Rig.read(
                        RouteConfiguration.newBuilder(),
                        "{name: " + name + ", " + vhds + ", " + hosts + "}")
                .build();
    }

    private void demand(String host) {
        rig.control.execute(() ->
                rig.live.demand(source, "r", host, () -> answered.add(host + ": " + hosts())));
    }

    private List<String> hosts() {
        return rig
                .served
                .listeners()
                .getFirst()
                .filterChains()
                .getFirst()
                .http()
                .routes()
                .virtualHosts()
                .stream()
                .map(one -> one.domains().getFirst())
                .toList();
    }

    private static String host(String domain) {
        return "{name: '%s', domains: ['%s'], routes: [{match: {prefix: '/'}, directResponse: {status: 200}}]}"
                .formatted(domain, domain);
    }

    private static VirtualHost message(String domain) {
        return Rig.read(VirtualHost.newBuilder(), host(domain)).build();
    }
}
