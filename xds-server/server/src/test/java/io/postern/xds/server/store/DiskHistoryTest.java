package io.postern.xds.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.GroupResources;
import io.postern.xds.resources.NodeSelector;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskHistoryTest {
    private static final NodeSelector EDGE =
            new NodeSelector(Set.of("a"), Set.of("edge"), Map.of("zone", "b"), Audience.ENVOY);

    @TempDir Path folder;

    private static Revision revision(long number) {
        var cluster = Cluster.newBuilder().setName("c" + number).build();
        var group = new GroupResources("edge.yaml", EDGE, List.of(cluster));
        return new Revision(
                number,
                Instant.ofEpochMilli(number),
                "me",
                List.of("+ cluster"),
                "content" + number,
                "",
                List.of(group));
    }

    private DiskHistory open(List<String> told) throws IOException {
        return DiskHistory.open(folder, told::add);
    }

    @Test
    void findsWhatItWasTold() throws IOException {
        DiskHistory history = open(new ArrayList<>());
        history.append(revision(1));
        history.append(revision(2));

        DiskHistory again = open(new ArrayList<>());

        assertThat(again.newest()).isEqualTo(revision(2));
        assertThat(again.find(1)).isEqualTo(revision(1));
        assertThat(again.find(3)).isNull();
        assertThat(again.all()).containsExactly(revision(1), revision(2));
    }

    @Test
    void putsADamagedFileAside() throws IOException {
        DiskHistory history = open(new ArrayList<>());
        history.append(revision(1));
        history.append(revision(2));
        Path newest = folder.resolve("0000000002.revision");
        byte[] octets = Files.readAllBytes(newest);
        octets[octets.length / 2] ^= 1;
        Files.write(newest, octets);
        List<String> told = new ArrayList<>();

        DiskHistory again = open(told);

        assertThat(again.newest().number()).isEqualTo(1);
        assertThat(told).singleElement().asString().contains("checksum");
        again.append(revision(2));
    }

    @Test
    void keepsTheNewestOnly() throws IOException {
        DiskHistory history = open(new ArrayList<>());
        for (int i = 1; i <= 60; i++) {
            history.append(revision(i));
        }
        assertThat(history.all()).hasSize(50);
        assertThat(history.find(10)).isNull();
        assertThat(open(new ArrayList<>()).newest().number()).isEqualTo(60);
    }

    @Test
    void losesNothingThatWasAcknowledgedWhenItIsKilled() throws Exception {
        var random = new Random(7);
        long acknowledged = 0;
        for (int round = 0; round < 5; round++) {
            acknowledged = Math.max(acknowledged, killed(random.nextInt(40)));
            long found = open(new ArrayList<>()).newest().number();
            // one more may have reached the disk whose acknowledgement did not reach us
            assertThat(found).isBetween(acknowledged, acknowledged + 1);
            acknowledged = found;
        }
        assertThat(acknowledged).isGreaterThan(5);
    }

    // Another process appends until it is killed; what it said last is what it had acknowledged.
    private long killed(int after) throws IOException, InterruptedException {
        Process writer =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xshare:auto",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Writer.class.getName(),
                                folder.toString())
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
                    var _ =
                            writer.toHandle()
                                    .destroyForcibly(); // SIGKILL; the pipe is read to its end
                }
            }
        }
        writer.waitFor();
        return acknowledged;
    }

    /** Appends for ever. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] folder) throws IOException {
            DiskHistory history = DiskHistory.open(Path.of(folder[0]), System.err::println);
            while (true) {
                history.append(revision(history.newest().number() + 1));
                System.out.println(history.newest().number());
            }
        }
    }
}
