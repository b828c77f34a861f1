package io.postern.core.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOption;
import io.netty.channel.embedded.EmbeddedChannel;
import io.postern.config.model.HttpConnectionManager;
import io.postern.config.model.HttpConnectionManager.CodecType;
import io.postern.config.model.HttpConnectionManager.UnderscoreAction;
import io.postern.core.runtime.FlushBatch;
import io.postern.sdk.HeaderMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A server connection without a socket: octets in, events and octets out. */
final class ServerChannel implements AutoCloseable {
    final EmbeddedChannel channel = new EmbeddedChannel();
    final List<Exchange> exchanges = new ArrayList<>();
    HttpConnection connection;
    boolean connectionClosed;
    private final Buffers buffers;

    /** A stream and what was heard on it. */
    static final class Exchange extends Heard {
        final HttpStream stream;
        final HttpConnection.Protocol protocol;

        Exchange(HttpStream stream, HttpConnection.Protocol protocol) {
            this.stream = stream;
            this.protocol = protocol;
        }

        void answer(String... head) {
            stream.writeHeaders(HeaderMap.of(head), true);
        }
    }

    @SuppressWarnings("NullAway.Init") // the connection is set by install
    ServerChannel(Buffers buffers, HttpConnectionManager manager, int bufferLimit) {
        this.buffers = buffers;
        channel.config().setOption(ChannelOption.ALLOCATOR, buffers.allocator);
        var worker =
                new CodecWorker(
                        new FlushBatch(channel.eventLoop()), new AtomicLong()::incrementAndGet);
        new ServerPipeline(worker, manager, bufferLimit, this::accept).install(channel, null);
    }

    /** A connection whose client has spoken the preface of HTTP/2. */
    static ServerChannel ofHttp2(Buffers buffers) {
        var manager =
                Settings.manager(
                        CodecType.AUTO,
                        Settings.HTTP1,
                        Settings.HTTP2,
                        UnderscoreAction.ALLOW,
                        false);
        var server = new ServerChannel(buffers, manager, 65_536);
        server.write(Http2Wire.HELLO);
        return server;
    }

    private ServerStreams accept(HttpConnection accepted) {
        connection = accepted;
        return new ServerStreams() {
            @Override
            public HttpStreamListener onStream(
                    HttpStream stream, HttpConnection.Protocol protocol) {
                var exchange = new Exchange(stream, protocol);
                exchanges.add(exchange);
                return exchange;
            }

            @Override
            public void onConnectionClosed() {
                connectionClosed = true;
            }
        };
    }

    Exchange send(String octets) {
        write(octets);
        return exchange();
    }

    /** What may open no stream. */
    void write(String octets) {
        channel.writeInbound(buffers.of(octets));
        channel.runPendingTasks();
    }

    Exchange exchange() {
        return exchanges.getLast();
    }

    void sendOctetByOctet(String octets) {
        for (int i = 0; i < octets.length(); i++) {
            channel.writeInbound(buffers.of(octets.substring(i, i + 1)));
        }
        channel.runPendingTasks();
    }

    String received() {
        channel.runPendingTasks();
        var text = new StringBuilder();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            text.append(out.toString(StandardCharsets.ISO_8859_1));
            out.release();
        }
        return text.toString();
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
