package io.postern.sdk.testkit;

import io.postern.sdk.DynamicMetadata;
import io.postern.sdk.Metadata;
import io.postern.sdk.MetadataSource;
import io.postern.sdk.MetadataValue;
import io.postern.sdk.StreamInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a stream of a test knows: fixed values, all different. */
public final class FakeStreamInfo implements StreamInfo {
    /** The host that was chosen; empty: none yet. */
    public String upstreamHost = "";

    private final Map<String, byte[]> filterState = new HashMap<>();
    private final DynamicMetadata dynamic = new DynamicMetadata();

    /** What the configuration notes; none of it at first. */
    public final Map<MetadataSource, Metadata> metadata = new EnumMap<>(MetadataSource.class);

    /** The status sent to the client. */
    public int responseCode;

    @Override
    public long startTimeEpochNanos() {
        return 1_700_000_000_123_456_789L;
    }

    @Override
    public long durationNanos() {
        return 5_000_000;
    }

    @Override
    public long requestReceivedNanos() {
        return 1_000_000;
    }

    @Override
    public long firstUpstreamByteNanos() {
        return 2_000_000;
    }

    @Override
    public long lastUpstreamByteNanos() {
        return 3_000_000;
    }

    @Override
    public String protocol() {
        return "HTTP/1.1";
    }

    @Override
    public long connectionId() {
        return 7;
    }

    @Override
    public SocketAddress directRemoteAddress() {
        return loopback(9, 50_001);
    }

    @Override
    public SocketAddress remoteAddress() {
        return loopback(2, 50_000);
    }

    @Override
    public SocketAddress localAddress() {
        return loopback(1, 8080);
    }

    @Override
    public @Nullable TlsInfo downstreamTls() {
        return null;
    }

    @Override
    public String routeName() {
        return "route-1";
    }

    @Override
    public String virtualHostName() {
        return "host-1";
    }

    @Override
    public String clusterName() {
        return "cluster-1";
    }

    @Override
    public @Nullable SocketAddress upstreamAddress() {
        return null;
    }

    @Override
    public String upstreamHost() {
        return upstreamHost;
    }

    @Override
    public @Nullable SocketAddress upstreamLocalAddress() {
        return null;
    }

    @Override
    public String upstreamTransportFailure() {
        return "";
    }

    @Override
    public int responseCode() {
        return responseCode;
    }

    @Override
    public String responseCodeDetails() {
        return "via_upstream";
    }

    @Override
    public String responseFlags() {
        return "-";
    }

    @Override
    public long responseFlagBits() {
        return 0;
    }

    @Override
    public long bytesReceived() {
        return 11;
    }

    @Override
    public long bytesSent() {
        return 13;
    }

    @Override
    public int attemptCount() {
        return 1;
    }

    @Override
    public String filterChainName() {
        return "";
    }

    @Override
    public Map<String, byte[]> filterState() {
        return filterState;
    }

    @Override
    public Metadata metadata(MetadataSource source) {
        return metadata.getOrDefault(source, Metadata.none());
    }

    @Override
    public Metadata dynamicMetadata() {
        return dynamic.current();
    }

    @Override
    public boolean setDynamicMetadata(String namespace, MetadataValue.Struct fields) {
        return dynamic.merge(namespace, fields);
    }

    private static SocketAddress loopback(int last, int port) {
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last}), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("bug: four bytes are an address", e);
        }
    }
}
