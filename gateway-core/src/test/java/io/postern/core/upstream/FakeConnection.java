package io.postern.core.upstream;

import io.netty.buffer.ByteBuf;
import io.postern.core.http.ClientConnection;
import io.postern.core.http.HttpConnection;
import io.postern.core.http.HttpStream;
import io.postern.core.http.HttpStreamListener;
import io.postern.core.http.ResetReason;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.StreamInfo.TlsInfo;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection without a socket: the test ends its streams, closes it and changes its limit. */
final class FakeConnection implements ClientConnection {
    final List<FakeStream> streams = new ArrayList<>();
    private final Protocol protocol;
    private final ClientConnection.Listener listener;
    private int limit;
    boolean usable = true;
    boolean closed;
    boolean drained;

    FakeConnection(Protocol protocol, int limit, ClientConnection.Listener listener) {
        this.protocol = protocol;
        this.limit = limit;
        this.listener = listener;
    }

    /** The peer's SETTINGS arrive. */
    void limit(int next) {
        limit = next;
        listener.onCapacityChanged(this);
    }

    /** The oldest stream ends; {@code reusable} false: with connection: close or unread bytes. */
    void endOldest(boolean reusable) {
        usable &= reusable;
        streams.getFirst().end();
    }

    /** The peer is gone. */
    void die() {
        if (!closed) {
            closed = true;
            List<FakeStream> open = List.copyOf(streams);
            streams.clear();
            open.forEach(stream -> stream.heard.onReset(ResetReason.CONNECTION_TERMINATION, ""));
            listener.onClosed(this);
        }
    }

    @Override
    public boolean canOpenStream() {
        return !closed && usable && !drained && streams.size() < limit;
    }

    @Override
    public int maxConcurrentStreams() {
        return limit;
    }

    @Override
    public int openStreams() {
        return streams.size();
    }

    @Override
    public HttpStream openStream(HttpStreamListener heard) {
        if (!canOpenStream()) {
            throw new IllegalStateException("opened a stream where none can be opened");
        }
        FakeStream stream = new FakeStream(heard);
        streams.add(stream);
        return stream;
    }

    @Override
    public long id() {
        return 1;
    }

    @Override
    public Protocol protocol() {
        return protocol;
    }

    @Override
    public SocketAddress remoteAddress() {
        return InetSocketAddress.createUnresolved("127.0.0.1", 1);
    }

    @Override
    public SocketAddress localAddress() {
        return InetSocketAddress.createUnresolved("127.0.0.1", 2);
    }

    @Override
    public @Nullable TlsInfo tls() {
        return null;
    }

    @Override
    public void drain() {
        drained = true;
        if (streams.isEmpty()) {
            close();
        }
    }

    @Override
    public void close() {
        die();
    }

    /** One stream. */
    final class FakeStream implements HttpStream {
        final HttpStreamListener heard;

        FakeStream(HttpStreamListener heard) {
            this.heard = heard;
        }

        /** Both sides have ended. */
        void end() {
            if (streams.remove(this)) {
                listener.onStreamClosed(FakeConnection.this);
            }
        }

        boolean isOpen() {
            return streams.contains(this);
        }

        @Override
        public void reset(ResetReason reason) {
            if (protocol == Protocol.HTTP_2) {
                end();
            } else if (streams.remove(this)) {
                die();
            }
        }

        @Override
        public void writeHeaders(HeaderMap head, boolean endOfStream) {}

        @Override
        public void writeData(ByteBuf data, boolean endOfStream) {
            data.release();
        }

        @Override
        public void writeTrailers(HeaderMap trailers) {}

        @Override
        public void setReading(boolean reading) {}

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public HttpConnection connection() {
            return FakeConnection.this;
        }
    }
}
