package io.postern.core.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.postern.config.model.Cluster.ProxyHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProxyHeaderWriterTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final ProxiedPeers OWN =
            new ProxiedPeers(address("10.0.0.1", 1000), address("10.0.0.2", 2000));
    private static final ProxiedPeers SIX =
            new ProxiedPeers(address("2001:db8::1", 4660), address("2001:db8::2", 443));
    private static final ProxiedPeers MIXED =
            new ProxiedPeers(address("2001:db8::1", 1), address("10.0.0.2", 2));
    private static final ProxiedPeers PIPE =
            new ProxiedPeers(UnixDomainSocketAddress.of("/run/a"), address("10.0.0.2", 2));

    @Test
    void version1SaysFamilyAddressesAndPortsAsText() {
        assertThat(text(null)).isEqualTo("PROXY TCP4 10.0.0.1 10.0.0.2 1000 2000\r\n");
        assertThat(text(SIX))
                .isEqualTo("PROXY TCP6 2001:db8:0:0:0:0:0:1 2001:db8:0:0:0:0:0:2 4660 443\r\n");
    }

    @Test
    void version2SaysThemAsOctets() {
        assertThat(hex(SIX))
                .isEqualTo(
                        SIGNATURE
                                + "21210024"
                                + "20010db8000000000000000000000001"
                                + "20010db8000000000000000000000002"
                                + "123401bb");
    }

    @Test
    void whatAHeaderCannotNameIsUnknown() {
        for (ProxiedPeers peers : new ProxiedPeers[] {MIXED, PIPE}) {
            assertThat(text(peers)).isEqualTo("PROXY UNKNOWN\r\n");
            assertThat(hex(peers)).isEqualTo(SIGNATURE + "20000000");
        }
    }

    private static SocketAddress address(String ip, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(ip), port);
    }

    private static String text(@Nullable ProxiedPeers client) {
        ByteBuf header = write(ProxyHeader.V1, client);
        String text = header.toString(US_ASCII);
        header.release();
        return text;
    }

    private static String hex(ProxiedPeers client) {
        ByteBuf header = write(ProxyHeader.V2, client);
        String hex = ByteBufUtil.hexDump(header);
        header.release();
        return hex;
    }

    private static ByteBuf write(ProxyHeader version, @Nullable ProxiedPeers client) {
        return ProxyHeaderWriter.write(version, client, OWN, UnpooledByteBufAllocator.DEFAULT);
    }
}
