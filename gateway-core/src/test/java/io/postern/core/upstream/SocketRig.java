package io.postern.core.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.postern.core.http.ClientPipeline;
import io.postern.core.http.CodecWorker;
import io.postern.core.http.HttpConnection.Protocol;
import io.postern.core.http.HttpStream;
import io.postern.core.http.HttpStreamListener;
import io.postern.core.http.ResetReason;
import io.postern.core.runtime.FlushBatch;
import io.postern.core.upstream.dns.DnsClient;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A directory of clusters and one worker, with sockets and the real codecs. */
final class SocketRig implements AutoCloseable {
    final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(3, NioIoHandler.newFactory());
    final TestMetrics metrics = new TestMetrics();
    final ClusterDirectory directory;
    final WorkerClusters clusters;
    private final EventLoop loop = loops.next();
    private final EventLoop control = loops.next();
    private final DnsClient names = new DnsClient(control);

    SocketRig() {
        directory = new ClusterDirectory(1, UpstreamChannels.NIO, names, control);
        FlushBatch flushes = new FlushBatch(loop);
        CodecWorker codecs = new CodecWorker(flushes, new AtomicLong()::incrementAndGet);
        clusters =
                directory.forWorker(
                        new UpstreamLoop(
                                new LoopWorker(loop, metrics),
                                loop,
                                (channel, protocol, cluster, tls, listener) ->
                                        new ClientPipeline(codecs, cluster)
                                                .install(channel, protocol, tls, listener),
                                new Random(1)));
    }

    /** The clusters become these; returns when they are there. */
    void use(TestClusters... configs) throws Exception {
        directory.replace(java.util.Arrays.stream(configs).map(TestClusters::build).toList());
        directory.warm().get(10, TimeUnit.SECONDS);
        onLoop(() -> true);
    }

    /** Sends a GET: the status and HTTP version, or the failure. */
    String get() throws Exception {
        return getMany(1).getFirst();
    }

    /** Sends {@code count} GETs at once. */
    List<String> getMany(int count) throws Exception {
        List<Get> gets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            gets.add(new Get());
        }
        loop.execute(() -> gets.forEach(this::start));
        List<String> answers = new ArrayList<>();
        for (Get get : gets) {
            answers.add(get.done.get(10, TimeUnit.SECONDS));
        }
        return answers;
    }

    private void start(Get get) {
        WorkerCluster cluster = clusters.find("origin");
        if (cluster == null) {
            get.done.complete("no cluster");
        } else {
            cluster.request(false, Protocol.HTTP_1_1, get);
        }
    }

    /** What {@code question} says on the worker's loop. */
    <T> T onLoop(java.util.concurrent.Callable<T> question) throws Exception {
        return loop.submit(question).get(10, TimeUnit.SECONDS);
    }

    long stat(String name) {
        return metrics.value("cluster.origin." + name);
    }

    @Override
    public void close() {
        directory.close();
        names.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class Get implements StreamRequester, HttpStreamListener {
        private final CompletableFuture<String> done = new CompletableFuture<>();
        private String answer = "";

        @Override
        public HttpStreamListener streamListener() {
            return this;
        }

        @Override
        public void onStreamReady(HttpStream stream, UpstreamHost host) {
            answer = stream.connection().protocol().text();
            stream.writeHeaders(
                    HeaderMap.of(
                            ":method",
                            "GET",
                            ":path",
                            "/",
                            ":authority",
                            host.hostname(),
                            ":scheme",
                            "http"),
                    true);
        }

        @Override
        public void onStreamFailure(
                Failure failure, @Nullable UpstreamHost host, String transportFailure) {
            done.complete(failure + " " + transportFailure);
        }

        @Override
        public void onHeaders(HeaderMap head, boolean endOfStream) {
            answer = head.get(HeaderName.STATUS) + " " + answer;
            end(endOfStream);
        }

        @Override
        public void onData(ByteBuf data, boolean endOfStream) {
            data.release();
            end(endOfStream);
        }

        @Override
        public void onTrailers(HeaderMap trailers) {
            end(true);
        }

        @Override
        public void onReset(ResetReason reason, String detail) {
            done.complete(reason + " " + detail);
        }

        @Override
        public void onWritabilityChanged(boolean writable) {}

        private void end(boolean ended) {
            if (ended) {
                done.complete(answer);
            }
        }
    }
}
