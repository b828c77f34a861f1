package io.postern.core.network;

import static java.util.Objects.requireNonNull;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.postern.config.model.Cluster;
import io.postern.core.ResponseFlag;
import io.postern.core.listener.EntryPoint;
import io.postern.core.listener.filter.ConnectionAddresses;
import io.postern.core.upstream.UpstreamHost;
import io.postern.sdk.DynamicMetadata;
import io.postern.sdk.Locality;
import io.postern.sdk.Metadata;
import io.postern.sdk.MetadataSource;
import io.postern.sdk.MetadataValue;
import io.postern.sdk.StreamInfo;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a connection as a whole: filled in by what serves it. Confined to its event
 * loop.
 */
public final class ConnectionInfo implements StreamInfo {
    private static final AttributeKey<ConnectionInfo> KEY =
            AttributeKey.valueOf(ConnectionInfo.class, "info");

    private final long id;
    private final long startEpochNanos;
    private final long startNanos = System.nanoTime();
    private final SocketAddress direct;
    private final SocketAddress remote;
    private final SocketAddress local;
    private final @Nullable TlsInfo tls;
    private final EntryPoint entry;
    private final DynamicMetadata dynamicMetadata = new DynamicMetadata();
    private final Map<String, byte[]> filterState = new HashMap<>(0);
    private String clusterName = "";
    private Metadata ofCluster = Metadata.none();
    private @Nullable UpstreamHost upstreamHost;
    private @Nullable SocketAddress upstreamAddress;
    private @Nullable SocketAddress upstreamLocalAddress;
    private String transportFailure = "";
    private long flagBits;
    private int attempts;
    private long received;
    private long sent;
    private long ended = -1;

    /** Of a connection that is being set up; it goes with its channel. */
    public ConnectionInfo(
            Channel channel,
            long id,
            long startEpochNanos,
            @Nullable TlsInfo tls,
            EntryPoint entry) {
        this.id = id;
        this.startEpochNanos = startEpochNanos;
        this.direct = channel.remoteAddress();
        this.remote = ConnectionAddresses.remote(channel);
        this.local = ConnectionAddresses.local(channel);
        this.tls = tls;
        this.entry = entry;
        channel.attr(KEY).set(this);
    }

    /** Of a connection that came through a {@link FilteredService}. */
    public static ConnectionInfo of(Channel channel) {
        return requireNonNull(channel.attr(KEY).get(), "info");
    }

    /** The cluster it is proxied to. */
    public void cluster(Cluster cluster) {
        clusterName = cluster.name();
        ofCluster = cluster.metadata();
    }

    /** The upstream's side is connected. */
    public void upstream(Channel channel, UpstreamHost host) {
        upstreamHost = host;
        upstreamAddress = channel.remoteAddress();
        upstreamLocalAddress = channel.localAddress();
    }

    /** A connection to the upstream is attempted. */
    public void attempted() {
        attempts++;
    }

    /** It could not be made, for a reason below HTTP. */
    public void transportFailed(String reason) {
        transportFailure = reason;
    }

    /** Something is worth a flag in the access log. */
    public void flag(ResponseFlag flag) {
        flagBits |= flag.bit();
    }

    /** Bytes of the client. */
    public void received(int octets) {
        received += octets;
    }

    /** Bytes for the client. */
    public void sent(int octets) {
        sent += octets;
    }

    /** It has ended: its duration is known. */
    public void ended() {
        ended = System.nanoTime() - startNanos;
    }

    @Override
    public long startTimeEpochNanos() {
        return startEpochNanos;
    }

    @Override
    public long durationNanos() {
        return ended >= 0 ? ended : System.nanoTime() - startNanos;
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
        return "";
    }

    @Override
    public long connectionId() {
        return id;
    }

    @Override
    public SocketAddress directRemoteAddress() {
        return direct;
    }

    @Override
    public SocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public SocketAddress localAddress() {
        return local;
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
        return "";
    }

    @Override
    public String clusterName() {
        return clusterName;
    }

    @Override
    public @Nullable SocketAddress upstreamAddress() {
        return upstreamAddress;
    }

    @Override
    public @Nullable Locality upstreamLocality() {
        UpstreamHost host = upstreamHost;
        return host == null ? null : host.locality();
    }

    @Override
    public @Nullable SocketAddress upstreamLocalAddress() {
        return upstreamLocalAddress;
    }

    @Override
    public String upstreamTransportFailure() {
        return transportFailure;
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
        return ResponseFlag.describe(flagBits);
    }

    @Override
    public long responseFlagBits() {
        return flagBits;
    }

    @Override
    public long bytesReceived() {
        return received;
    }

    @Override
    public long bytesSent() {
        return sent;
    }

    @Override
    public int attemptCount() {
        return attempts;
    }

    @Override
    public String filterChainName() {
        return entry.filterChain();
    }

    @Override
    public Map<String, byte[]> filterState() {
        return filterState;
    }

    @Override
    public Metadata metadata(MetadataSource source) {
        UpstreamHost host = upstreamHost;
        return switch (source) {
            case LISTENER, FILTER_CHAIN -> entry.metadata(source);
            case VIRTUAL_HOST, ROUTE -> Metadata.none();
            case CLUSTER -> ofCluster;
            case UPSTREAM_HOST -> host == null ? Metadata.none() : host.metadata();
        };
    }

    @Override
    public Metadata dynamicMetadata() {
        return dynamicMetadata.current();
    }

    @Override
    public boolean setDynamicMetadata(String namespace, MetadataValue.Struct fields) {
        return dynamicMetadata.merge(namespace, fields);
    }
}
