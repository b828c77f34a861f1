package io.postern.core.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.NetUtil;
import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.Discovery;
import io.postern.config.model.Cluster.DnsFamily;
import io.postern.config.model.Cluster.DnsLookups;
import io.postern.core.upstream.dns.DnsAnswer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DnsHostsTest {
    private static final Discovery STRICT =
            new Discovery.StrictDns(DnsLookups.every(Duration.ofSeconds(5), false, DnsFamily.AUTO));
    private static final Discovery STRICT_TTL =
            new Discovery.StrictDns(DnsLookups.every(Duration.ofSeconds(5), true, DnsFamily.AUTO));
    private static final Discovery LOGICAL =
            new Discovery.LogicalDns(
                    DnsLookups.every(Duration.ofSeconds(5), false, DnsFamily.AUTO));

    private final Map<String, DnsAnswer> zone = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final List<List<HostSpec>> told = new ArrayList<>();
    private final EmbeddedChannel time = new EmbeddedChannel();

    private void zone(String name, long ttlSeconds, String... ips) {
        List<InetAddress> addresses = Arrays.stream(ips).map(DnsHostsTest::ip).toList();
        zone.put(name, new DnsAnswer.Found(addresses, Duration.ofSeconds(ttlSeconds)));
    }

    private static InetAddress ip(String text) {
        try {
            byte[] bytes = Objects.requireNonNull(NetUtil.createByteArrayFromIpAddressString(text));
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private DnsHosts start(TestClusters config, Discovery discovery) {
        Cluster cluster = config.discovery(discovery).build();
        DnsLookups lookups =
                switch (discovery) {
                    case Discovery.StrictDns strict -> strict.lookups();
                    case Discovery.LogicalDns logical -> logical.lookups();
                    default -> throw new AssertionError();
                };
        DnsHosts hosts =
                new DnsHosts(
                        cluster,
                        lookups,
                        new HostBook(cluster, UpstreamChannels.NIO, 1),
                        (name, _, listener) -> {
                            asked.add(name);
                            listener.accept(
                                    zone.getOrDefault(name, new DnsAnswer.Failed("time-out")));
                        },
                        time.eventLoop(),
                        new ControlStats());
        time.freezeTime();
        hosts.start(told::add);
        time.runPendingTasks();
        return hosts;
    }

    private void pass(long seconds) {
        time.advanceTimeBy(seconds, TimeUnit.SECONDS);
        time.runScheduledPendingTasks();
        time.runPendingTasks();
    }

    private static List<String> addresses(List<HostSpec> hosts) {
        return hosts.stream().map(host -> AddressText.of(host.address())).toList();
    }

    @Test
    void everyAddressOfEveryNameIsAHost() {
        // Given
        zone("a.test", 0, "10.0.0.1", "10.0.0.2");
        zone("b.test", 0, "10.0.0.2", "fe80::1");

        // When
        start(TestClusters.cluster().host("a.test", 80).host("b.test", 80), STRICT);

        // Then
        assertThat(told).hasSize(1);
        assertThat(addresses(told.getFirst()))
                .containsExactly("10.0.0.1:80", "10.0.0.2:80", "[fe80::1]:80");
        assertThat(told.getFirst().getFirst().hostname()).isEqualTo("a.test");
    }

    @Test
    void aNameIsAskedAgainAndOnlyChangesAreTold() {
        // Given
        zone("a.test", 60, "10.0.0.1");
        start(TestClusters.cluster().host("a.test", 80), STRICT);

        // When
        pass(5);
        zone("a.test", 60, "10.0.0.3");
        pass(5);

        // Then
        assertThat(asked).hasSize(3);
        assertThat(told).hasSize(2);
        assertThat(addresses(told.getLast())).containsExactly("10.0.0.3:80");
    }

    @Test
    void theTimeToLiveIsRespectedWhenAskedFor() {
        // Given
        zone("a.test", 60, "10.0.0.1");
        start(TestClusters.cluster().host("a.test", 80), STRICT_TTL);

        // When
        pass(59);
        int before = asked.size();
        pass(1);

        // Then
        assertThat(before).isEqualTo(1);
        assertThat(asked).hasSize(2);
    }

    @Test
    void theLastGoodAnswerHoldsWhenDnsFails() {
        // Given
        zone("a.test", 0, "10.0.0.1");
        start(TestClusters.cluster().host("a.test", 80), STRICT);

        // When
        zone.remove("a.test");
        pass(5);

        // Then
        assertThat(asked).hasSize(2);
        assertThat(told).hasSize(1);
    }

    @Test
    void aNameThatIsGoneHasNoHosts() {
        // Given
        zone("a.test", 0, "10.0.0.1");
        start(TestClusters.cluster().host("a.test", 80), STRICT);

        // When
        zone("a.test", 0);
        pass(5);

        // Then
        assertThat(told.getLast()).isEmpty();
    }

    @Test
    void aClusterIsThereEvenIfItsFirstLookupFails() {
        start(TestClusters.cluster().host("a.test", 80), STRICT);
        assertThat(told).containsExactly(List.of());
    }

    @Test
    void aLogicalHostStaysTheSameWhenItsAddressChanges() {
        // Given
        zone("a.test", 0, "10.0.0.1", "10.0.0.2");
        start(TestClusters.cluster().host("a.test", 80), LOGICAL);

        // When
        zone("a.test", 0, "10.0.0.3");
        pass(5);

        // Then
        assertThat(addresses(told.getFirst())).containsExactly("10.0.0.1:80");
        assertThat(addresses(told.getLast())).containsExactly("10.0.0.3:80");
        assertThat(told.getLast().getFirst().key()).isEqualTo(told.getFirst().getFirst().key());
        assertThat(told.getLast().getFirst().tally()).isSameAs(told.getFirst().getFirst().tally());
    }

    @Test
    void twoLogicalEndpointsAreRefused() {
        assertThatThrownBy(() ->
                        start(
                                TestClusters.cluster().host("a.test", 80).host("b.test", 80),
                                LOGICAL))
                .isInstanceOf(ClusterConfigException.class)
                .hasMessageContaining("single");
    }

    @Test
    void nobodyIsAskedAfterTheEnd() {
        // Given
        zone("a.test", 0, "10.0.0.1");
        DnsHosts hosts = start(TestClusters.cluster().host("a.test", 80), STRICT);

        // When
        hosts.stop();
        time.runPendingTasks();
        pass(60);

        // Then
        assertThat(asked).hasSize(1);
    }
}
