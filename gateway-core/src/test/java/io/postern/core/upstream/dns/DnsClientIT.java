package io.postern.core.upstream.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.NetUtil;
import io.postern.config.model.Address;
import io.postern.config.model.Cluster.DnsFamily;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DnsClientIT {
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final NameServer server = new NameServer(loops);
    private final DnsClient client = client();

    private DnsClient client() {
        EventLoop loop = loops.next();
        return new DnsClient(
                loop,
                new DnsNameResolverBuilder(loop)
                        .nameServerProvider(
                                new SingletonDnsServerAddressStreamProvider(server.address()))
                        .searchDomains(List.of())
                        .queryTimeoutMillis(200));
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void zone(String name, long ttl, String... ips) {
        List<byte[]> addresses =
                Arrays.stream(ips).map(NetUtil::createByteArrayFromIpAddressString).toList();
        server.zones.put(name + ".", new NameServer.Zone(ttl, addresses));
    }

    private DnsAnswer ask(String name, DnsFamily family) throws Exception {
        return ask(client, name, family);
    }

    private static DnsAnswer ask(NameResolver asked, String name, DnsFamily family)
            throws Exception {
        CompletableFuture<DnsAnswer> answer = new CompletableFuture<>();
        asked.resolve(name, family, answer::complete);
        return answer.get(20, TimeUnit.SECONDS);
    }

    private static List<String> addresses(DnsAnswer answer) {
        return answer instanceof DnsAnswer.Found found
                ? found.addresses().stream().map(InetAddress::getHostAddress).toList()
                : List.of(answer.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "both.test, AUTO, fd00:0:0:0:0:0:0:1",
        "both.test, V4_ONLY, 10.0.0.1",
        "both.test, V6_ONLY, fd00:0:0:0:0:0:0:1",
        "both.test, V4_PREFERRED, 10.0.0.1",
        "both.test, ALL, fd00:0:0:0:0:0:0:1 10.0.0.1",
        "four.test, AUTO, 10.0.0.2 10.0.0.3",
        "four.test, ALL, 10.0.0.2 10.0.0.3",
        "six.test, V4_PREFERRED, fd00:0:0:0:0:0:0:2",
        "127.0.0.9, AUTO, 127.0.0.9"
    })
    void theFamilyDecidesWhichAddressesAreFound(String name, DnsFamily family, String expected)
            throws Exception {
        zone("both.test", 30, "10.0.0.1", "fd00::1");
        zone("four.test", 30, "10.0.0.2", "10.0.0.3");
        zone("six.test", 30, "fd00::2");
        assertThat(addresses(ask(name, family))).containsExactlyInAnyOrder(expected.split(" ", -1));
    }

    @Test
    void theTimeToLiveIsToldAndNothingIsCached() throws Exception {
        // Given
        zone("a.test", 30, "10.0.0.1");
        DnsAnswer first = ask("a.test", DnsFamily.V4_ONLY);

        // When
        zone("a.test", 7, "10.0.0.2");
        DnsAnswer second = ask("a.test", DnsFamily.V4_ONLY);

        // Then
        assertThat(((DnsAnswer.Found) first).ttl()).isEqualTo(Duration.ofSeconds(30));
        assertThat(((DnsAnswer.Found) second).ttl()).isEqualTo(Duration.ofSeconds(7));
        assertThat(addresses(second)).containsExactly("10.0.0.2");
    }

    @Test
    void aNameThatDoesNotExistHasNoAddresses() throws Exception {
        assertThat(ask("none.test", DnsFamily.AUTO))
                .isEqualTo(new DnsAnswer.Found(List.of(), Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource({"silent.test", "broken.test"})
    void anAnswerThatDoesNotComeOrHelpIsAFailure(String name) throws Exception {
        assertThat(ask(name, DnsFamily.V4_ONLY)).isInstanceOf(DnsAnswer.Failed.class);
    }

    @Test
    void otherNameServersCanBeAsked() throws Exception {
        // Given
        zone("own.test", 60, "10.0.0.9");
        try (var system = new DnsClient(loops.next())) {
            var address = server.address();
            var servers =
                    List.of(
                            new Address.Socket(
                                    address.getAddress().getHostAddress(), address.getPort()));
            // When
            NameResolver own = system.asking(servers);
            // Then
            assertThat(addresses(ask(own, "own.test", DnsFamily.V4_ONLY)))
                    .containsExactly("10.0.0.9");
            assertThat(system.asking(servers)).isSameAs(own);
            assertThat(system.asking(List.of())).isSameAs(system);
        }
    }
}
