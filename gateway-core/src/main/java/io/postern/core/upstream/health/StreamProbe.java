package io.postern.core.upstream.health;

import io.netty.buffer.ByteBuf;
import io.postern.core.http.ClientConnection;
import io.postern.core.http.HttpStream;
import io.postern.core.http.HttpStreamListener;
import io.postern.core.http.ResetReason;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.Worker.Cancellable;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A probe by one HTTP request, on a connection that is kept for the next one if it may be. Confined
 * to the event loop.
 */
abstract class StreamProbe implements Probe, ProbeSockets.HttpWaiter {
    private static final Cancellable NOTHING = () -> {};

    private final HealthChecker checker;
    private final ProbeTarget target;
    private final boolean http2;
    private final int bodyLimit;
    private Cancellable connecting = NOTHING;
    private @Nullable ClientConnection connection;
    private @Nullable Exchange exchange;
    private @Nullable Consumer<Outcome> result;

    StreamProbe(HealthChecker checker, ProbeTarget target, boolean http2, int bodyLimit) {
        this.checker = checker;
        this.target = target;
        this.http2 = http2;
        this.bodyLimit = bodyLimit;
    }

    /** The request. */
    abstract HeaderMap head();

    /** Its body, handed over; empty: none. */
    abstract ByteBuf body();

    /** What the answer means. */
    abstract Outcome judge(HeaderMap response, byte[] body, HeaderMap trailers);

    @Override
    public final void start(Consumer<Outcome> listener) {
        result = listener;
        ClientConnection known = connection;
        if (known != null && known.canOpenStream()) {
            ask(known);
            return;
        }
        if (known != null) {
            connection = null;
            known.close();
        }
        Cancellable attempt = checker.sockets().http(target, http2, this);
        if (connection == null && result != null) {
            connecting = attempt;
        }
    }

    @Override
    public final void stop() {
        result = null;
        connecting.cancel();
        connecting = NOTHING;
        exchange = null;
        ClientConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }

    private void ask(ClientConnection on) {
        Exchange made = new Exchange();
        exchange = made;
        HttpStream stream = on.openStream(made);
        ByteBuf octets = body();
        boolean bare = !octets.isReadable();
        stream.writeHeaders(head(), bare);
        if (bare) {
            octets.release();
        } else {
            stream.writeData(octets, true);
        }
    }

    private void end(Outcome outcome) {
        exchange = null;
        Consumer<Outcome> listener = result;
        result = null;
        if (!checker.config().reuseConnection() || outcome.isNetwork()) {
            ClientConnection open = connection;
            connection = null;
            if (open != null) {
                open.close();
            }
        }
        if (listener != null) {
            listener.accept(outcome);
        }
    }

    @Override
    public final void onConnected(ClientConnection made) {
        connecting = NOTHING;
        connection = made;
        if (made.canOpenStream()) {
            ask(made);
        }
    }

    @Override
    public final void onFailed() {
        connecting = NOTHING;
        end(Outcome.NETWORK);
    }

    @Override
    public final void onStreamClosed(ClientConnection which) {}

    @Override
    public final void onCapacityChanged(ClientConnection which) {
        if (exchange == null && result != null && which.canOpenStream()) {
            ask(which);
        }
    }

    @Override
    public final void onClosed(ClientConnection which) {
        if (which.equals(connection)) {
            connection = null;
            if (exchange == null && result != null) {
                end(Outcome.NETWORK);
            }
        }
    }

    /** One question. */
    private final class Exchange implements HttpStreamListener {
        private final ByteArrayOutputStream said = new ByteArrayOutputStream();
        private HeaderMap response = new HeaderMap(64);

        @Override
        public void onHeaders(HeaderMap head, boolean endOfStream) {
            response = head;
            endIf(endOfStream);
        }

        @Override
        public void onData(ByteBuf data, boolean endOfStream) {
            int room = Math.max(0, bodyLimit - said.size());
            int taken = Math.min(room, data.readableBytes());
            byte[] octets = new byte[taken];
            data.readBytes(octets);
            data.release();
            said.writeBytes(octets);
            endIf(endOfStream);
        }

        @Override
        public void onTrailers(HeaderMap trailers) {
            finish(trailers);
        }

        @Override
        public void onReset(ResetReason reason, String detail) {
            if (this.equals(exchange)) {
                end(Outcome.NETWORK);
            }
        }

        @Override
        public void onWritabilityChanged(boolean writable) {}

        private void endIf(boolean endOfStream) {
            if (endOfStream) {
                finish(new HeaderMap(16));
            }
        }

        private void finish(HeaderMap trailers) {
            if (this.equals(exchange)) {
                end(judge(response, said.toByteArray(), trailers));
            }
        }
    }
}
