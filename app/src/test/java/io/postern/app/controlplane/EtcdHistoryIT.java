package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.postern.app.Jvm;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.GroupResources;
import io.postern.xds.resources.NodeSelector;
import io.postern.xds.server.store.EtcdAddress;
import io.postern.xds.server.store.EtcdHistory;
import io.postern.xds.server.store.OvertakenException;
import io.postern.xds.server.store.Revision;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is kept in a real etcd, whoever is killed. */
@Timeout(120)
class EtcdHistoryIT {
    private static final NodeSelector EDGE =
            new NodeSelector(Set.of("a"), Set.of("edge"), Map.of("zone", "b"), Audience.ENVOY);

    @TempDir Path folder = Path.of("");
    private @Nullable EtcdServer etcd;

    @BeforeEach
    void startEtcd() throws Exception {
        Path program = EtcdServer.program();
        assumeTrue(program != null, "there is no etcd");
        if (program != null) {
            etcd = EtcdServer.start(program, folder.resolve("data"));
        }
    }

    @AfterEach
    void stopEtcd() throws Exception {
        if (etcd != null) {
            etcd.close();
        }
    }

    private EtcdServer etcd() {
        if (etcd == null) {
            throw new IllegalStateException("bug: there is no etcd");
        }
        return etcd;
    }

    private static EtcdHistory open(String url, Path directory) throws IOException {
        return EtcdHistory.open(EtcdAddress.parse(url, null), directory, System.err::println);
    }

    private static Revision revision(long number, String name) {
        var cluster = Cluster.newBuilder().setName(name).build();
        return new Revision(
                number,
                Instant.ofEpochMilli(number),
                "me",
                List.of("+ cluster"),
                "content" + number,
                "",
                List.of(new GroupResources("edge.yaml", EDGE, List.of(cluster))));
    }

    // Letters that no packing makes much shorter.
    private static String noise(int length) {
        return new Random(1)
                .ints(length, 0x21, 0x7f)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Test
    void revisionsLargerThanEtcdTakesAtOnceArrive() throws Exception {
        try (EtcdHistory one = open(etcd().url(), folder.resolve("one"));
                EtcdHistory two = open(etcd().url(), folder.resolve("two"))) {
            Revision large = revision(1, noise(5 << 20));
            one.append(large);
            assertThatThrownBy(() -> two.append(revision(1, noise(3 << 20))))
                    .isInstanceOf(OvertakenException.class);
            assertThat(two.catchUp()).isTrue();
            assertThat(two.newest()).isEqualTo(large);
            assertThat(two.state().conflicts()).isEqualTo(1);
            two.append(revision(2, "small"));
            assertThat(one.catchUp()).isTrue();
            assertThat(one.all()).containsExactly(large, revision(2, "small"));
        }
    }

    @Test
    void onlyTheNewestAreKept() throws Exception {
        try (EtcdHistory history = open(etcd().url(), folder.resolve("one"))) {
            for (int i = 1; i <= 60; i++) {
                history.append(revision(i, "c" + i));
            }
            assertThat(history.all()).hasSize(50);
            assertThat(history.find(10)).isNull();
            assertThat(history.find(11)).isEqualTo(revision(11, "c11"));
        }
    }

    @Test
    void losesNothingThatWasAcknowledgedWhenServerOrEtcdAreKilled() throws Exception {
        var random = new Random(7);
        long acknowledged = 0;
        for (int round = 0; round < 6; round++) {
            boolean etcdToo = round % 2 == 1;
            acknowledged = Math.max(acknowledged, killed(random.nextInt(30), etcdToo));
            if (etcdToo) {
                etcd().start();
            }
            try (EtcdHistory history = open(etcd().url(), folder.resolve("fresh-" + round))) {
                Revision newest = history.newest();
                // one more may have been kept whose acknowledgement did not reach us
                assertThat(newest.number()).isBetween(acknowledged, acknowledged + 1);
                assertThat(newest).isEqualTo(revision(newest.number(), "c" + newest.number()));
                acknowledged = newest.number();
            }
        }
        assertThat(acknowledged).isGreaterThan(6);
    }

    // Another process appends until it is killed; what it said last is what it had acknowledged.
    private long killed(int after, boolean etcdToo) throws IOException, InterruptedException {
        Process writer =
                new ProcessBuilder(
                                Jvm.command(
                                        Writer.class.getName(),
                                        etcd().url(),
                                        folder.resolve("writer").toString()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        long acknowledged = 0;
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            int seen = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                acknowledged = Math.max(acknowledged, Long.parseLong(line)); // half a line is less
                if (seen++ == after) {
                    if (etcdToo) {
                        etcd().kill();
                    }
                    var _ = writer.toHandle().destroyForcibly();
                }
            }
        }
        writer.waitFor();
        return acknowledged;
    }

    /** Appends for ever. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] at) throws IOException {
            try (EtcdHistory history = open(at[0], Path.of(at[1]))) {
                while (true) {
                    long next = history.newest().number() + 1;
                    history.append(revision(next, "c" + next));
                    System.out.println(next);
                }
            }
        }
    }
}
