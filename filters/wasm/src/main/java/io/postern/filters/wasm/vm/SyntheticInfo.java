package io.postern.filters.wasm.vm;

import io.postern.sdk.StreamInfo;
import io.postern.sdk.Worker;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of a {@link SyntheticStream}. */
final class SyntheticInfo implements StreamInfo {
    private static final SocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 50_000);
    private static final SocketAddress HERE = new InetSocketAddress("192.0.2.2", 443);
    private static final SocketAddress UPSTREAM = new InetSocketAddress("192.0.2.3", 8080);
    private static final int OK = 200;

    private final Map<String, byte[]> filterState = new HashMap<>(0);
    private final long startEpochNanos;
    private final int number;

    SyntheticInfo(Worker worker, int number) {
        this.startEpochNanos = worker.epochNanos();
        this.number = number;
    }

    @Override
    public long startTimeEpochNanos() {
        return startEpochNanos;
    }

    @Override
    public long durationNanos() {
        return 2_000_000;
    }

    @Override
    public long requestReceivedNanos() {
        return 100_000;
    }

    @Override
    public long firstUpstreamByteNanos() {
        return 1_000_000;
    }

    @Override
    public long lastUpstreamByteNanos() {
        return 1_500_000;
    }

    @Override
    public String protocol() {
        return "HTTP/1.1";
    }

    @Override
    public long connectionId() {
        return number;
    }

    @Override
    public SocketAddress directRemoteAddress() {
        return CLIENT;
    }

    @Override
    public SocketAddress remoteAddress() {
        return CLIENT;
    }

    @Override
    public SocketAddress localAddress() {
        return HERE;
    }

    @Override
    public @Nullable TlsInfo downstreamTls() {
        return null;
    }

    @Override
    public String routeName() {
        return "route";
    }

    @Override
    public String virtualHostName() {
        return "virtual-host";
    }

    @Override
    public String clusterName() {
        return "cluster";
    }

    @Override
    public SocketAddress upstreamAddress() {
        return UPSTREAM;
    }

    @Override
    public SocketAddress upstreamLocalAddress() {
        return HERE;
    }

    @Override
    public String upstreamTransportFailure() {
        return "";
    }

    @Override
    public int responseCode() {
        return OK;
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
        return 0;
    }

    @Override
    public long bytesSent() {
        return 0;
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
}
