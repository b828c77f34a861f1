package io.postern.core.tcp;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.postern.config.model.TcpProxy;
import io.postern.core.ResponseFlag;
import io.postern.core.listener.filter.ConnectionAddresses;
import io.postern.core.network.ConnectionInfo;
import io.postern.core.network.LoggedConnection;
import io.postern.core.runtime.DeadlineWheel.Deadline;
import io.postern.core.upstream.ChannelRequester;
import io.postern.core.upstream.LoadBalancerContext;
import io.postern.core.upstream.ProxiedPeers;
import io.postern.core.upstream.StreamRequester.Failure;
import io.postern.core.upstream.UpstreamHost;
import io.postern.core.upstream.WorkerCluster;
import io.postern.sdk.Worker.Cancellable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection and its upstream's. The client is not read before there is an upstream;
 * then each side is read only while the other takes, and an end of one direction is passed on as
 * such.
 *
 * <pre>
 * CONNECTING -> OPEN -> CLOSED       and CLOSED from everywhere
 *     ^  | failed, attempts left
 *     +--+
 * </pre>
 *
 * <p>Confined to the event loop.
 */
final class TcpSession extends Deadline implements ChannelRequester {
    /** Where no idle time-out says how long a peer may take what is left for it. */
    private static final long LONGEST_DRAIN_NANOS = TimeUnit.HOURS.toNanos(1);

    private final TcpProxyService service;
    private final Channel client;
    private final ConnectionInfo info;
    private final Relay fromClient = new Relay(this);
    private final Relay fromUpstream = new Relay(this);
    private final long idleNanos;
    private final TcpProxy.Target target;
    private int attemptsLeft;
    private Cancellable lifetime = () -> {};
    private @Nullable WorkerCluster cluster;
    private @Nullable Cancellable connecting;
    private @Nullable Channel upstream;
    private long lastActivity;
    private int directionsEnded;
    private int stillOpen;
    private boolean closed;

    TcpSession(TcpProxyService service, Channel client, ConnectionInfo info) {
        this.service = service;
        this.client = client;
        this.info = info;
        this.idleNanos = service.config().idleTimeout().toNanos();
        this.target = service.chooseTarget();
        this.attemptsLeft = service.config().maxConnectAttempts();
    }

    void start() {
        prepare(client);
        client.config().setAutoRead(false);
        client.pipeline().addLast(fromClient);
        long most = service.config().maxDuration().toNanos();
        if (most > 0) {
            lifetime = service.worker().schedule(most, this::endLifetime);
        }
        cluster = service.worker().findCluster(target.cluster());
        if (cluster == null) {
            service.stats().noRoute().add(1);
            info.flag(ResponseFlag.NO_CLUSTER_FOUND);
            close();
            return;
        }
        info.cluster(cluster.config());
        connect(cluster);
    }

    private void prepare(Channel channel) {
        int high = Math.max(2, service.bufferLimitBytes());
        channel.config()
                .setOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(high / 2, high));
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    private void connect(WorkerCluster target) {
        attemptsLeft--;
        info.attempted();
        service.worker()
                .deadlines()
                .arm(this, System.nanoTime() + target.config().connectTimeout().toNanos());
        Cancellable asked = target.open(this);
        if (upstream == null && !closed) {
            connecting = asked;
        }
    }

    private void endLifetime() {
        service.stats().endedByDuration().add(1);
        info.flag(ResponseFlag.DURATION_TIMEOUT);
        abort();
    }

    @Override
    public LoadBalancerContext context() {
        return new TcpWishes(service.config(), target, info, ConnectionAddresses.restored(client));
    }

    @Override
    public ProxiedPeers proxied() {
        return new ProxiedPeers(info.remoteAddress(), info.localAddress());
    }

    @Override
    public void onChannel(Channel channel, UpstreamHost host) {
        connecting = null;
        if (closed) {
            var _ = channel.close();
            return;
        }
        upstream = channel;
        info.upstream(channel, host);
        prepare(channel);
        channel.pipeline().addLast(fromUpstream);
        fromUpstream.to(client);
        fromClient.to(channel);
        lastActivity = System.nanoTime();
        service.worker().deadlines().disarm(this);
        armIdle();
        client.config().setAutoRead(true);
        channel.config().setAutoRead(true);
    }

    @Override
    public void onChannelFailure(
            Failure failure, @Nullable UpstreamHost host, String transportFailure) {
        connecting = null;
        info.transportFailed(transportFailure);
        connectAgainOrClose();
    }

    private void connectAgainOrClose() {
        WorkerCluster target = cluster;
        if (!closed && attemptsLeft > 0 && target != null) {
            // Not from inside the failing call: attempts must not pile up on the stack.
            service.worker()
                    .execute(() -> {
                        if (!closed) {
                            connect(target);
                        }
                    });
        } else {
            info.flag(ResponseFlag.UPSTREAM_CONNECTION_FAILURE);
            close();
        }
    }

    private void armIdle() {
        if (idleNanos > 0) {
            service.worker().deadlines().arm(this, lastActivity + idleNanos);
        }
    }

    @Override
    protected void onDeadline() {
        if (closed) {
            closeNow();
            return;
        }
        Cancellable attempt = connecting;
        if (upstream == null) {
            connecting = null;
            if (attempt != null) {
                attempt.cancel();
            }
            connectAgainOrClose();
        } else if (System.nanoTime() - lastActivity >= idleNanos) {
            service.stats().idleTimeouts().add(1);
            abort();
        } else {
            armIdle();
        }
    }

    // -- from the relays

    void moved(Relay relay, int octets) {
        lastActivity = System.nanoTime();
        if (relay == fromClient) {
            service.stats().received().add(octets);
            info.received(octets);
        } else {
            service.stats().sent().add(octets);
            info.sent(octets);
        }
    }

    /**
     * The side that {@code relay} reads takes more, or no more: so the other one is read, or not.
     */
    void writabilityChanged(Relay relay, boolean writable) {
        Channel other = relay == fromClient ? upstream : client;
        if (other != null && upstream != null) {
            other.config().setAutoRead(writable);
        }
    }

    /** One side's end was passed on to the other; both ends are the end of the connection. */
    void directionEnded() {
        directionsEnded++;
        if (directionsEnded == 2) {
            close();
        }
    }

    /** Nothing is read any more; what was read is still sent, for as long as a peer takes it. */
    void close() {
        if (closed) {
            return;
        }
        end();
        if (stillOpen > 0) {
            service.worker().deadlines().arm(this, System.nanoTime() + drainNanos());
        }
        closeAfterFlush(client);
        Channel other = upstream;
        if (other != null) {
            closeAfterFlush(other);
        }
    }

    private long drainNanos() {
        return idleNanos > 0 ? idleNanos : LONGEST_DRAIN_NANOS;
    }

    // What was read and not sent yet is lost, as in Envoy.
    private void abort() {
        end();
        closeNow();
    }

    private void end() {
        closed = true;
        lifetime.cancel();
        service.worker().deadlines().disarm(this);
        Cancellable attempt = connecting;
        if (attempt != null) {
            attempt.cancel();
        }
        fromClient.release();
        stillOpen = 1;
        var _ = client.closeFuture().addListener(_ -> ended());
        Channel other = upstream;
        if (other != null) {
            stillOpen++;
            var _ = other.closeFuture().addListener(_ -> ended());
        }
        var _ = client.closeFuture().addListener(_ -> log());
    }

    private void ended() {
        stillOpen--;
        if (stillOpen == 0) {
            service.worker().deadlines().disarm(this);
        }
    }

    private void closeNow() {
        var _ = client.close();
        Channel other = upstream;
        if (other != null) {
            var _ = other.close();
        }
    }

    private void log() {
        info.ended();
        service.accessLog().log(new LoggedConnection(info));
    }

    private static void closeAfterFlush(Channel channel) {
        if (channel.isActive()) {
            var _ =
                    channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                            .addListener(ChannelFutureListener.CLOSE);
        } else {
            var _ = channel.close();
        }
    }
}
