package io.postern.core;

import io.postern.core.http.HttpConnection;
import io.postern.core.listener.EntryPoint;
import io.postern.core.route.CompiledRoute;
import io.postern.core.route.RouteDecision;
import io.postern.core.runtime.WorkerLoop;
import io.postern.core.upstream.AddressText;
import io.postern.core.upstream.UpstreamHost;
import io.postern.core.upstream.WorkerCluster;
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
 * What is known about one exchange: filled in by the flow as it goes. Confined to its event loop.
 */
final class ExchangeInfo implements StreamInfo {
    private final HttpConnection connection;
    private final HttpConnection.Protocol protocol;
    private final EntryPoint entry;
    private final WorkerLoop worker;
    final long startEpochNanos;
    final long startNanos;
    SocketAddress remoteAddress;
    private @Nullable CompiledRoute route;
    String clusterName = "";
    String details = "";
    String transportFailure = "";
    private @Nullable UpstreamHost upstreamHost;
    private @Nullable SocketAddress upstreamAddress;
    private @Nullable HttpConnection upstreamConnection;
    long flags;
    private long flagOrder;
    long bytesReceived;
    long bytesSent;
    int status;
    boolean grpc; // the client asked for gRPC, whatever filters make of it
    int attempts;
    private long asked;
    private long poolReadyNanos = -1;
    long requestReceived = -1;
    long firstUpstreamByte = -1;
    long lastUpstreamByte = -1;
    long ended = -1;
    private @Nullable Map<String, byte[]> filterState;
    private @Nullable DynamicMetadata dynamicMetadata;

    ExchangeInfo(
            HttpConnection connection,
            HttpConnection.Protocol protocol,
            EntryPoint entry,
            WorkerLoop worker,
            long startEpochNanos,
            long startNanos) {
        this.connection = connection;
        this.protocol = protocol;
        this.entry = entry;
        this.worker = worker;
        this.startEpochNanos = startEpochNanos;
        this.startNanos = startNanos;
        this.remoteAddress = connection.remoteAddress();
    }

    HttpConnection.Protocol protocolOf() {
        return protocol;
    }

    /** Names the route and the cluster, as in Envoy also where a redirect there is refused. */
    void routed(@Nullable RouteDecision decision) {
        route = decision == null ? null : decision.target();
        clusterName =
                decision instanceof RouteDecision.Forward(_, _, String cluster) ? cluster : "";
    }

    /** The same request after an internal redirect, without what the upstream has told. */
    ExchangeInfo next() {
        var next =
                new ExchangeInfo(connection, protocol, entry, worker, startEpochNanos, startNanos);
        next.remoteAddress = remoteAddress;
        next.route = route;
        next.clusterName = clusterName;
        next.bytesReceived = bytesReceived;
        next.requestReceived = requestReceived;
        next.grpc = grpc;
        next.filterState = filterState;
        return next;
    }

    void flag(ResponseFlag flag) {
        if (!has(flag)) {
            flags |= flag.bit();
            flagOrder = ResponseFlag.after(flagOrder, flag);
        }
    }

    boolean has(ResponseFlag flag) {
        return (flags & flag.bit()) != 0;
    }

    boolean isHttp2() {
        return protocol == HttpConnection.Protocol.HTTP_2;
    }

    /** A try goes there. */
    void upstream(UpstreamHost host) {
        upstreamHost = host;
        upstreamAddress = host.address();
    }

    /** And this is its connection. */
    void upstream(HttpConnection of) {
        upstreamConnection = of;
        poolAnswered();
    }

    /** The last try has a connection, or there is none for it. */
    void poolAnswered() {
        poolReadyNanos = System.nanoTime() - asked;
    }

    /** A try asks for a connection. */
    void tried() {
        attempts++;
        asked = System.nanoTime();
    }

    /** A byte of the upstream is here. */
    void firstUpstreamByteNow() {
        if (firstUpstreamByte < 0) {
            firstUpstreamByte = sinceStart();
        }
    }

    long sinceStart() {
        return System.nanoTime() - startNanos;
    }

    @Override
    public long startTimeEpochNanos() {
        return startEpochNanos;
    }

    @Override
    public long durationNanos() {
        return ended >= 0 ? ended : sinceStart();
    }

    @Override
    public long requestReceivedNanos() {
        return requestReceived;
    }

    @Override
    public long firstUpstreamByteNanos() {
        return firstUpstreamByte;
    }

    @Override
    public long lastUpstreamByteNanos() {
        return lastUpstreamByte;
    }

    @Override
    public String protocol() {
        return protocol.text();
    }

    @Override
    public long connectionId() {
        return connection.id();
    }

    @Override
    public SocketAddress directRemoteAddress() {
        return connection.remoteAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public SocketAddress localAddress() {
        return connection.localAddress();
    }

    @Override
    public @Nullable TlsInfo downstreamTls() {
        return connection.tls();
    }

    @Override
    public String routeName() {
        return route == null ? "" : route.route().name();
    }

    @Override
    public String virtualHostName() {
        return route == null ? "" : route.virtualHost().name();
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
    public String upstreamHost() {
        return upstreamAddress == null ? "" : AddressText.of(upstreamAddress);
    }

    @Override
    public long upstreamPoolReadyNanos() {
        return poolReadyNanos;
    }

    @Override
    public @Nullable Locality upstreamLocality() {
        UpstreamHost host = upstreamHost;
        return host == null ? null : host.locality();
    }

    @Override
    public @Nullable SocketAddress upstreamLocalAddress() {
        return upstreamConnection == null ? null : upstreamConnection.localAddress();
    }

    @Override
    public @Nullable TlsInfo upstreamTls() {
        return upstreamConnection == null ? null : upstreamConnection.tls();
    }

    @Override
    public String upstreamProtocol() {
        return upstreamConnection == null ? "" : upstreamConnection.protocol().text();
    }

    @Override
    public long upstreamConnectionId() {
        return upstreamConnection == null ? -1 : upstreamConnection.id();
    }

    @Override
    public String upstreamTransportFailure() {
        return transportFailure;
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
        return ResponseFlag.describeInOrder(flagOrder);
    }

    @Override
    public long responseFlagBits() {
        return flags;
    }

    @Override
    public long bytesReceived() {
        return bytesReceived;
    }

    @Override
    public long bytesSent() {
        return bytesSent;
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
        Map<String, byte[]> state = filterState;
        if (state == null) {
            state = new HashMap<>();
            filterState = state;
        }
        return state;
    }

    @Override
    public Metadata metadata(MetadataSource source) {
        CompiledRoute matched = route;
        UpstreamHost host = upstreamHost;
        return switch (source) {
            case LISTENER, FILTER_CHAIN -> entry.metadata(source);
            case VIRTUAL_HOST ->
                    matched == null ? Metadata.none() : matched.virtualHost().metadata();
            case ROUTE -> matched == null ? Metadata.none() : matched.route().metadata();
            case CLUSTER -> ofCluster();
            case UPSTREAM_HOST -> host == null ? Metadata.none() : host.metadata();
        };
    }

    private Metadata ofCluster() {
        WorkerCluster cluster = clusterName.isEmpty() ? null : worker.findCluster(clusterName);
        return cluster == null ? Metadata.none() : cluster.config().metadata();
    }

    @Override
    public Metadata dynamicMetadata() {
        DynamicMetadata dynamic = dynamicMetadata;
        return dynamic == null ? Metadata.none() : dynamic.current();
    }

    @Override
    public boolean setDynamicMetadata(String namespace, MetadataValue.Struct fields) {
        DynamicMetadata dynamic = dynamicMetadata;
        if (dynamic == null) {
            dynamic = new DynamicMetadata();
            dynamicMetadata = dynamic;
        }
        return dynamic.merge(namespace, fields);
    }
}
