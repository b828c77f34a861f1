package io.postern.core.format;

import io.postern.sdk.DynamicMetadata;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.Metadata;
import io.postern.sdk.MetadataSource;
import io.postern.sdk.StreamInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stream that ended well, for tests; fields may be changed before it is used. */
public final class FixedStream implements StreamView, StreamInfo {
    public HeaderMap request =
            HeaderMap.of(
                    ":method",
                    "GET",
                    ":path",
                    "/a?k=v&e",
                    ":authority",
                    "h.com",
                    "x-many",
                    "1",
                    "x-many",
                    "2",
                    "x-request-id",
                    "id-1");
    public @Nullable HeaderMap response = HeaderMap.of(":status", "200", "x-r", "say \"hi\"");
    public @Nullable HeaderMap trailers = HeaderMap.of("grpc-status", "14");
    public byte[] localReply = {};
    public int status = 200;
    public String flags = "-";
    public String details = "via_upstream";
    public String protocol = "HTTP/1.1";
    public long duration = 12_345_678;
    public @Nullable TlsInfo tls;
    public @Nullable TlsInfo upstreamTls;
    public @Nullable SocketAddress upstream = socket("192.0.2.7", 8080);
    public SocketAddress remote = socket("2001:db8::1", 4321);
    public final Map<String, byte[]> state = new HashMap<>();
    public final DynamicMetadata dynamic = new DynamicMetadata();
    public final Map<MetadataSource, Metadata> metadata = new EnumMap<>(MetadataSource.class);

    public static SocketAddress socket(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    @Override
    public StreamInfo streamInfo() {
        return this;
    }

    @Override
    public HeaderMap requestHeaders() {
        return request;
    }

    @Override
    public @Nullable HeaderMap responseHeaders() {
        return response;
    }

    @Override
    public @Nullable HeaderMap responseTrailers() {
        return trailers;
    }

    @Override
    public byte[] localReplyBody() {
        return localReply;
    }

    @Override
    public long startTimeEpochNanos() {
        return 1_795_383_251_939_012_345L;
    }

    @Override
    public long durationNanos() {
        return duration;
    }

    @Override
    public long requestReceivedNanos() {
        return 1_000_000;
    }

    @Override
    public long firstUpstreamByteNanos() {
        return 10_000_000;
    }

    @Override
    public long lastUpstreamByteNanos() {
        return -1;
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public long connectionId() {
        return 77;
    }

    @Override
    public SocketAddress directRemoteAddress() {
        return socket("192.0.2.1", 5);
    }

    @Override
    public SocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public SocketAddress localAddress() {
        return socket("192.0.2.2", 80);
    }

    @Override
    public @Nullable TlsInfo downstreamTls() {
        return tls;
    }

    @Override
    public String routeName() {
        return "";
    }

    @Override
    public String virtualHostName() {
        return "vh";
    }

    @Override
    public String clusterName() {
        return "c1";
    }

    @Override
    public @Nullable SocketAddress upstreamAddress() {
        return upstream;
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
        return status;
    }

    @Override
    public String responseCodeDetails() {
        return details;
    }

    @Override
    public String responseFlags() {
        return flags;
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
        return 1_234_567_890_123L;
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
        return state;
    }

    @Override
    public @Nullable TlsInfo upstreamTls() {
        return upstreamTls;
    }

    @Override
    public Metadata dynamicMetadata() {
        return dynamic.current();
    }

    @Override
    public Metadata metadata(MetadataSource source) {
        return metadata.getOrDefault(source, Metadata.none());
    }
}
