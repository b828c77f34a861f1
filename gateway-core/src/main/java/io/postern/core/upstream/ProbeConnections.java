package io.postern.core.upstream;

import io.netty.channel.Channel;
import io.postern.core.http.ClientConnection;
import io.postern.core.upstream.StreamRequester.Failure;
import io.postern.core.upstream.health.ProbeSockets;
import io.postern.core.upstream.health.ProbeTarget;
import io.postern.sdk.StreamInfo.TlsInfo;
import io.postern.sdk.Worker.Cancellable;
import org.jspecify.annotations.Nullable;

/** Connections of health checks, made as those of requests are. Confined to the event loop. */
final class ProbeConnections implements ProbeSockets {
    private final SharedCluster shared;
    private final ChannelConnector connector;

    ProbeConnections(SharedCluster shared, ChannelConnector connector) {
        this.shared = shared;
        this.connector = connector;
    }

    private ChannelConnector.Destination where(ProbeTarget target) {
        return new ChannelConnector.Destination(
                target.address(), target.hostname(), shared.tls(target.socket()));
    }

    @Override
    public Cancellable http(ProbeTarget target, boolean http2, HttpWaiter waiter) {
        return connector.connect(
                where(target),
                http2 ? Offer.HTTP2 : Offer.HTTP1,
                new Connector.Waiter() {
                    @Override
                    public void onConnected(ClientConnection connection) {
                        waiter.onConnected(connection);
                    }

                    @Override
                    public void onConnectFailed(Failure failure, String text) {
                        waiter.onFailed();
                    }

                    @Override
                    public void onStreamClosed(ClientConnection connection) {
                        waiter.onStreamClosed(connection);
                    }

                    @Override
                    public void onCapacityChanged(ClientConnection connection) {
                        waiter.onCapacityChanged(connection);
                    }

                    @Override
                    public void onClosed(ClientConnection connection) {
                        waiter.onClosed(connection);
                    }
                });
    }

    @Override
    public Cancellable raw(ProbeTarget target, RawWaiter waiter) {
        return connector.open(
                where(target),
                Offer.HTTP1,
                new ChannelConnector.Opened() {
                    @Override
                    public void connected(Channel channel, @Nullable TlsInfo agreed) {
                        waiter.onConnected(channel);
                    }

                    @Override
                    public void failed(String text) {
                        waiter.onFailed();
                    }
                });
    }
}
