package io.postern.core.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.Cluster;
import io.postern.core.http.HttpConnection.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One random schedule: requests, cancels, connections made, refused, closed and limited, time that
 * passes, hosts that come and go; then everything ends and the books must balance.
 */
final class PoolSimulation {
    private static final int STEPS = 60;

    private final Random random;
    private final PoolRig rig;
    private final boolean http2;
    private final List<TestRequest> requests = new ArrayList<>();

    PoolSimulation(long seed) {
        random = new Random(seed);
        http2 = random.nextBoolean();
        TestClusters config =
                hosts(cluster())
                        .protocol(http2 ? Cluster.Protocol.HTTP2 : Cluster.Protocol.HTTP1)
                        .limits(
                                1 + random.nextInt(4),
                                1 + random.nextInt(6),
                                1 + random.nextInt(8),
                                3)
                        .maxRequestsPerConnection(random.nextInt(4))
                        .idleTimeout(Duration.ofSeconds(random.nextInt(3)))
                        .maxDuration(Duration.ofSeconds(random.nextInt(4)))
                        .connectTimeout(Duration.ofSeconds(1));
        rig = new PoolRig(config.build(), seed);
    }

    private static TestClusters cluster() {
        return TestClusters.cluster();
    }

    private TestClusters hosts(TestClusters config) {
        int hosts = 1 + random.nextInt(3);
        for (int i = 0; i < hosts; i++) {
            config.host("127.0.0." + (1 + random.nextInt(4)), 80);
        }
        return config;
    }

    void run() {
        for (int i = 0; i < STEPS; i++) {
            step();
            noConnectionCarriesMoreThanItMay();
        }
        end();
        booksBalance();
    }

    private void step() {
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3 -> ask(new TestRequest());
            case 4, 5 -> connect();
            case 6 -> refuse();
            case 7, 8, 9 -> endAStream(random.nextInt(8) != 0);
            case 10 -> cancelOne();
            case 11 -> resetOne();
            case 12 -> anyConnection(FakeConnection::die);
            default -> somethingRare();
        }
    }

    private void somethingRare() {
        switch (random.nextInt(5)) {
            case 0 -> rig.worker.pass(random.nextLong(Duration.ofSeconds(2).toNanos()));
            case 1 -> rig.hosts(hosts(cluster()).build());
            case 2 -> anyConnection(connection -> connection.limit(http2 ? random.nextInt(4) : 1));
            case 3 -> {
                // A request that asks again when it fails, as a retry does.
                TestRequest retrying = new TestRequest();
                retrying.whenAnswered =
                        () -> {
                            if (retrying.failure != null) {
                                ask(new TestRequest());
                            }
                        };
                ask(retrying);
            }
            default -> {
                if (random.nextInt(20) == 0) {
                    rig.cluster.remove();
                }
            }
        }
    }

    private void ask(TestRequest request) {
        requests.add(request);
        rig.request(request, Protocol.HTTP_1_1, List.of());
    }

    private void connect() {
        if (!rig.connector.attempts.isEmpty()) {
            rig.connector.succeed(
                    http2 ? Protocol.HTTP_2 : Protocol.HTTP_1_1, http2 ? 1 + random.nextInt(4) : 1);
        }
    }

    private void refuse() {
        if (!rig.connector.attempts.isEmpty()) {
            rig.connector.refuse();
        }
    }

    private void endAStream(boolean reusable) {
        anyConnection(connection -> {
            if (!connection.streams.isEmpty()) {
                connection.endOldest(reusable);
            }
        });
    }

    private void cancelOne() {
        if (!requests.isEmpty()) {
            TestRequest request = requests.get(random.nextInt(requests.size()));
            if (!request.isAnswered()) {
                request.cancel();
            } else {
                request.cancellable.cancel();
            }
        }
    }

    private void resetOne() {
        if (!requests.isEmpty()) {
            TestRequest request = requests.get(random.nextInt(requests.size()));
            if (request.stream != null) {
                request.fakeStream().reset(io.postern.core.http.ResetReason.LOCAL_RESET);
            }
        }
    }

    private void anyConnection(java.util.function.Consumer<FakeConnection> action) {
        List<FakeConnection> all = rig.connector.connections;
        if (!all.isEmpty()) {
            action.accept(all.get(random.nextInt(all.size())));
        }
    }

    private void noConnectionCarriesMoreThanItMay() {
        // Plain comparisons: this runs 600,000 times.
        for (FakeConnection connection : rig.connector.connections) {
            int open = connection.streams.size();
            for (int i = 0; i < open; i++) {
                for (int j = i + 1; j < open; j++) {
                    if (connection.streams.get(i).heard.equals(connection.streams.get(j).heard)) {
                        throw new AssertionError("a request has two streams");
                    }
                }
            }
            if (!http2 && open > 1) {
                throw new AssertionError("two streams on an HTTP/1 connection");
            }
        }
    }

    /** Peers answer, everything open ends, and the cluster goes. */
    private void end() {
        for (int round = 0; round < 1000 && !isQuiet(); round++) {
            while (!rig.connector.attempts.isEmpty()) {
                connect();
            }
            for (FakeConnection connection : List.copyOf(rig.connector.connections)) {
                if (!connection.closed && connection.maxConcurrentStreams() == 0) {
                    connection.limit(1);
                }
                while (!connection.streams.isEmpty()) {
                    connection.endOldest(true);
                }
            }
        }
        rig.cluster.remove();
    }

    private boolean isQuiet() {
        return rig.connector.attempts.isEmpty()
                && rig.connector.connections.stream().allMatch(c -> c.streams.isEmpty())
                && requests.stream().allMatch(r -> r.isAnswered() || r.cancelled);
    }

    private void booksBalance() {
        assertThat(requests).allMatch(request -> request.isAnswered() || request.cancelled);
        assertThat(rig.connector.connections).allMatch(connection -> connection.closed);
        for (String gauge : List.of("upstream_cx_active", "upstream_rq_pending_active")) {
            assertThat(rig.stat(gauge)).as(gauge).isZero();
        }
        assertThat(rig.stat("upstream_cx_destroy")).isEqualTo(rig.stat("upstream_cx_total"));
        assertThat(rig.connector.started).isEqualTo((int) rig.stat("upstream_cx_total"));
        rig.everyPermitIsBack();
    }
}
