package io.postern.core.runtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.postern.core.filter.HeldBody;
import io.postern.core.upstream.ChannelRequester;
import io.postern.core.upstream.StreamRequester.Failure;
import io.postern.core.upstream.UpstreamFailure;
import io.postern.core.upstream.UpstreamHost;
import io.postern.core.upstream.WorkerCluster;
import io.postern.sdk.RawConnection;
import io.postern.sdk.Worker.Cancellable;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A byte stream that a filter opened to a cluster. Confined to the event loop. */
final class UpstreamConnection extends DeadlineWheel.Deadline
        implements ChannelRequester, RawConnection {
    private final WorkerLoop worker;
    private final WorkerCluster cluster;
    private final RawConnection.Listener listener;
    private final ArrayDeque<byte[]> unsent = new ArrayDeque<>();
    private Cancellable waiting = () -> {};
    private @Nullable Channel channel;
    private long unsentBytes;
    private boolean over;

    UpstreamConnection(WorkerLoop worker, WorkerCluster cluster, RawConnection.Listener listener) {
        this.worker = worker;
        this.cluster = cluster;
        this.listener = listener;
    }

    void start() {
        long timeoutNanos = cluster.config().connectTimeout().toNanos();
        worker.deadlines().arm(this, System.nanoTime() + timeoutNanos);
        worker.execute(this::ask);
    }

    private void ask() {
        if (over) {
            return;
        }
        Cancellable cancellable = cluster.open(this);
        if (!over && channel == null) {
            waiting = cancellable;
        }
    }

    @Override
    public void onChannel(Channel opened, UpstreamHost host) {
        worker.deadlines().disarm(this);
        channel = opened;
        opened.pipeline().addLast(new Reader());
        while (!unsent.isEmpty()) {
            var _ = opened.write(Unpooled.wrappedBuffer(unsent.remove()), opened.voidPromise());
        }
        unsentBytes = 0;
        worker.flushBatch().written(opened);
        listener.onConnected();
    }

    @Override
    public void onChannelFailure(Failure failure, @Nullable UpstreamHost host, String reason) {
        closed(UpstreamFailure.of(failure, reason).token());
    }

    @Override
    protected void onDeadline() {
        waiting.cancel();
        closed(UpstreamFailure.of(Failure.CONNECTION_TIMEOUT, "").token());
    }

    @Override
    public void write(byte[] bytes) {
        Channel open = channel;
        if (over) {
            return;
        }
        if (open == null) {
            unsent.add(bytes);
            unsentBytes += bytes.length;
        } else {
            var _ = open.write(Unpooled.wrappedBuffer(bytes), open.voidPromise());
            worker.flushBatch().written(open);
        }
    }

    @Override
    public long pendingBytes() {
        Channel open = channel;
        var buffer = open == null ? null : open.unsafe().outboundBuffer();
        return unsentBytes + (buffer == null ? 0 : buffer.totalPendingWriteBytes());
    }

    @Override
    public void close() {
        if (!over) {
            end();
        }
    }

    private void end() {
        over = true;
        unsent.clear();
        worker.deadlines().disarm(this);
        waiting.cancel();
        if (channel != null) {
            var _ = channel.close();
        }
    }

    private void closed(String reason) {
        if (!over) {
            end();
            listener.onClosed(reason);
        }
    }

    private final class Reader extends ChannelInboundHandlerAdapter {
        private final HeldBody shown = new HeldBody();

        @Override
        public void channelRead(ChannelHandlerContext from, Object message) {
            if (over || !(message instanceof ByteBuf bytes)) {
                ((ByteBuf) message).release();
                return;
            }
            shown.append(bytes);
            worker.flushBatch().enterRead();
            try {
                listener.onData(shown);
            } finally {
                shown.release();
                worker.flushBatch().exitRead();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext from) {
            closed("connection termination");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
            closed("connection termination");
        }
    }
}
