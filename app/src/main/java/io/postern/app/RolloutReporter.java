package io.postern.app;

import io.postern.config.model.Bootstrap;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.RolloutSpec;
import io.postern.config.proto.rollouts.v1.Bin;
import io.postern.config.proto.rollouts.v1.Comparison;
import io.postern.config.proto.rollouts.v1.Report;
import io.postern.config.proto.rollouts.v1.RolloutReport;
import io.postern.config.proto.rollouts.v1.VersionReport;
import io.postern.config.source.xds.DiscoveryTransport;
import io.postern.core.rollout.RolloutReading;
import io.postern.core.rollout.Rollouts;
import io.postern.core.rollout.VersionReading;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tells the management server every second how rollouts fare, as long as there are any. A server
 * that does not want to know is asked again after a while. Has a virtual thread.
 *
 * <p>Source: {@code postern/rollouts/v1/report.proto}.
 */
final class RolloutReporter implements AutoCloseable {
    private static final String PATH = "/postern.rollouts.v1.RolloutReports/Report";
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final int SECONDS_AFTER_REFUSAL = 10;

    private final Bootstrap.Node node;
    private final ConfigSource.Target target;
    private final DiscoveryTransport transport;
    private final Rollouts rollouts;
    private final long process;
    private final Thread thread;
    private DiscoveryTransport.@Nullable Stream stream;
    private volatile boolean ended;
    private int silence;

    private RolloutReporter(
            Bootstrap.Node node,
            ConfigSource.Target target,
            DiscoveryTransport transport,
            Rollouts rollouts,
            RandomGenerator random) {
        this.node = node;
        this.target = target;
        this.transport = transport;
        this.rollouts = rollouts;
        this.process = random.nextLong();
        this.thread = Thread.ofVirtual().name("rollout reports").unstarted(this::report);
    }

    /** Starts reporting; null where no management server is there to hear it. */
    static @Nullable RolloutReporter start(
            Bootstrap config,
            DiscoveryTransport transport,
            Rollouts rollouts,
            RandomGenerator random) {
        ConfigSource.Server ads = config.dynamic().ads();
        if (ads == null || !ads.protocol().isGrpc()) {
            return null;
        }
        var reporter =
                new RolloutReporter(
                        config.node(), ads.targets().getFirst(), transport, rollouts, random);
        reporter.thread.start();
        return reporter;
    }

    private void report() {
        try {
            while (true) {
                Thread.sleep(EVERY);
                tell(rollouts.read());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the gateway stops
        } finally {
            endStream();
        }
    }

    private void tell(List<RolloutReading> all) {
        if (ended) {
            ended = false;
            stream = null;
            silence = SECONDS_AFTER_REFUSAL;
        }
        if (silence > 0) {
            silence--;
        } else if (all.isEmpty()) {
            endStream();
        } else {
            DiscoveryTransport.Stream open = stream;
            if (open == null) {
                open = transport.open(target, PATH, listener());
                stream = open;
            }
            open.send(message(all));
        }
    }

    private DiscoveryTransport.StreamListener listener() {
        return new DiscoveryTransport.StreamListener() {
            @Override
            public void onOpen() {
                // What is sent before waits.
            }

            @Override
            public void onMessage(byte[] message) {
                // Nothing is said on this stream.
            }

            @Override
            public void onEnd(String reason) {
                ended = true;
            }
        };
    }

    private void endStream() {
        DiscoveryTransport.Stream open = stream;
        stream = null;
        if (open != null) {
            open.close();
        }
    }

    private byte[] message(List<RolloutReading> all) {
        var report =
                Report.newBuilder()
                        .setNodeId(node.id())
                        .setNodeCluster(node.cluster())
                        .setProcess(process);
        all.forEach(one -> report.addRollouts(rollout(one)));
        return report.build().toByteArray();
    }

    private static RolloutReport rollout(RolloutReading one) {
        RolloutReading.Comparison comparison = one.comparison();
        return RolloutReport.newBuilder()
                .setName(one.name())
                .setSeed(one.seed())
                .setShadow(one.mode() == RolloutSpec.Mode.SHADOW)
                .setShare(one.share())
                .setProblem(one.problem())
                .setLastGood(version(one.lastGood()))
                .setCandidate(version(one.candidate()))
                .setComparison(
                        Comparison.newBuilder()
                                .setCompared(comparison.compared())
                                .setUndecided(comparison.undecided())
                                .setDecision(comparison.decision())
                                .setStatus(comparison.status())
                                .setRequestHeaders(comparison.requestHeaders())
                                .setResponseHeaders(comparison.responseHeaders())
                                .addAllExamples(comparison.examples()))
                .build();
    }

    private static VersionReport version(VersionReading one) {
        var report =
                VersionReport.newBuilder()
                        .setVersion(one.version())
                        .setExchanges(one.exchanges())
                        .setFailures(one.failures())
                        .setAnswered(one.answered())
                        .addAllNanos(bins(one.nanos()))
                        .addAllFuel(bins(one.fuel()));
        for (long status : one.statuses()) {
            report.addStatuses(status);
        }
        return report.build();
    }

    private static List<Bin> bins(SortedMap<Long, Long> counts) {
        return counts.entrySet().stream().map(RolloutReporter::bin).toList();
    }

    private static Bin bin(Map.Entry<Long, Long> one) {
        return Bin.newBuilder().setLowest(one.getKey()).setCount(one.getValue()).build();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
