package io.postern.core;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.postern.core.http.ClientPipeline;
import io.postern.core.http.CodecWorker;
import io.postern.core.runtime.Transport;
import io.postern.core.runtime.WorkerLoop;
import io.postern.core.upstream.ClusterDirectory;
import io.postern.core.upstream.UpstreamLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The workers of a gateway: an event loop each, and what belongs to it alone. */
final class Workers {
    private final EventLoopGroup loops;
    private final List<WorkerLoop> workers = new ArrayList<>();
    private final List<CodecWorker> codecs = new ArrayList<>();
    private final AtomicLong connectionIds = new AtomicLong();

    /** Starts them. */
    Workers(
            Gateway.Settings settings,
            Transport transport,
            ClusterDirectory clusters,
            SplittableRandom seeds) {
        loops =
                new MultiThreadIoEventLoopGroup(
                        settings.concurrency(),
                        new DefaultThreadFactory("worker"),
                        transport.ioHandlers());
        for (int i = 0; i < settings.concurrency(); i++) {
            start(i, settings, clusters, seeds);
        }
    }

    private void start(
            int index,
            Gateway.Settings settings,
            ClusterDirectory clusters,
            SplittableRandom seeds) {
        EventLoop loop = loops.next();
        var worker =
                new WorkerLoop(
                        index,
                        loop,
                        settings.stats().forWorker(index),
                        seeds.split(),
                        settings.clock());
        var codec = new CodecWorker(worker.flushBatch(), connectionIds::incrementAndGet);
        workers.add(worker);
        codecs.add(codec);
        var upstream =
                new UpstreamLoop(
                        worker,
                        loop,
                        (channel, protocol, cluster, tls, listener) ->
                                new ClientPipeline(codec, cluster)
                                        .install(channel, protocol, tls, listener),
                        seeds.split());
        worker.useClusters(clusters.forWorker(upstream));
    }

    /** Their loops. */
    EventLoopGroup loops() {
        return loops;
    }

    /** By index. */
    List<WorkerLoop> all() {
        return workers;
    }

    /** What the codecs of a worker share, by the worker's index. */
    List<CodecWorker> codecs() {
        return codecs;
    }

    /** Returns when they have done what they were told before. */
    void await() {
        var done = new CountDownLatch(workers.size());
        for (WorkerLoop worker : workers) {
            worker.execute(done::countDown);
        }
        try {
            done.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends them; waits for it. */
    void close() {
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
