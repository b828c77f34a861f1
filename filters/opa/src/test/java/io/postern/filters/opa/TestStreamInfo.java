package io.postern.filters.opa;

import io.postern.sdk.StreamInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stream at its start, from 127.0.0.1:54321 to 127.0.0.1:10000. */
class TestStreamInfo implements StreamInfo {
    private final Map<String, byte[]> filterState = new HashMap<>();

    @Override
    public long startTimeEpochNanos() {
        return 1_790_000_000_123_456_789L;
    }

    @Override
    public long durationNanos() {
        return 0;
    }

    @Override
    public long requestReceivedNanos() {
        return -1;
    }

    @Override
    public long firstUpstreamByteNanos() {
        return -1;
    }

    @Override
    public long lastUpstreamByteNanos() {
        return -1;
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
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 54321);
    }

    @Override
    public SocketAddress remoteAddress() {
        return directRemoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 10000);
    }

    @Override
    public @Nullable TlsInfo downstreamTls() {
        return null;
    }

    @Override
    public String routeName() {
        return "";
    }

    @Override
    public String virtualHostName() {
        return "";
    }

    @Override
    public String clusterName() {
        return "";
    }

    @Override
    public @Nullable SocketAddress upstreamAddress() {
        return null;
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
        return 0;
    }

    @Override
    public String responseCodeDetails() {
        return "";
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
        return 0;
    }

    @Override
    public long bytesSent() {
        return 0;
    }

    @Override
    public int attemptCount() {
        return 0;
    }

    @Override
    public String filterChainName() {
        return "";
    }

    @Override
    public Map<String, byte[]> filterState() {
        return filterState;
    }
}
