package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.postern.xds.server.store.EtcdAddress;
import io.postern.xds.server.store.Revision;
import io.postern.xds.server.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several management servers that share a real etcd. */
@Timeout(120)
class EtcdStoreIT {
    private static final int ROUNDS = Integer.getInteger("postern.etcd.rounds", 100);
    private static final long MOST_MILLIS = 500;

    @TempDir static Path machine = Path.of("");
    private static @Nullable EtcdServer etcd;
    private static int tests;

    @TempDir Path folder = Path.of("");
    private final List<ManagedServer> open = new ArrayList<>();

    @BeforeAll
    static void startEtcd() throws Exception {
        Path program = EtcdServer.program();
        assumeTrue(program != null, "there is no etcd");
        if (program != null) {
            etcd = EtcdServer.start(program, machine.resolve("data"));
        }
        tests = 0;
    }

    @AfterAll
    static void stopEtcd() throws Exception {
        if (etcd != null) {
            etcd.close();
        }
    }

    @org.junit.jupiter.api.BeforeEach
    void count() {
        tests++;
    }

    @AfterEach
    void close() throws Exception {
        for (ManagedServer one : open.reversed()) {
            one.close();
        }
    }

    private static EtcdServer etcd() {
        if (etcd == null) {
            throw new IllegalStateException("bug: there is no etcd");
        }
        return etcd;
    }

    // A prefix for each test: they share the etcd.
    private ManagedServer start(String name, String text) throws IOException {
        Path resources = Files.createDirectories(folder.resolve(name).resolve("resources"));
        Files.writeString(resources.resolve("routes.yaml"), document(text));
        return again(name);
    }

    private ManagedServer again(String name) throws IOException {
        Path own = folder.resolve(name);
        var address = EtcdAddress.parse(etcd().url() + "/test-" + tests, null);
        var server =
                ManagedServer.start(
                        own.resolve("resources"), new Store(own.resolve("state"), address));
        open.add(server);
        return server;
    }

    private static String document(String text) {
        return """
        resources:
        - "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
          name: routes
          virtual_hosts:
          - name: all
            domains: ["*"]
            routes:
            - match: {prefix: /}
              direct_response: {status: 200, body: {inline_string: "%s"}}
        """
                .formatted(text);
    }

    private static void awaitText(ManagedServer server, String text) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> server.plane().newest().groups().toString().contains(text));
    }

    @Test
    void serversServeWhatAnyOfThemPublishesAndGoBackTogether() throws Exception {
        // Given
        ManagedServer one = start("one", "version 1");
        ManagedServer two = start("two", "version 1");
        assertThat(two.plane().newest().number()).isEqualTo(1);
        // When
        one.write("routes.yaml", document("version 2"));
        // Then
        awaitText(two, "version 2");
        assertThat(two.plane().newest().who()).contains("@");
        assertThat(two.ctl("status")).contains("the folder says something else");
        // When its folder follows, later
        two.write("routes.yaml", document("version 2"));
        two.awaitSaid("revision 2 is served");
        assertThat(one.plane().newest().number()).isEqualTo(2);
        // When
        assertThat(two.ctl("rollback", "1")).contains("back to revision 1");
        // Then it is held by all of them
        awaitText(one, "version 1");
        assertThat(one.ctl("status")).contains("held until the documents change", "kept in etcd:");
        ManagedServer three = start("three", "version 2");
        assertThat(three.plane().newest().number()).isEqualTo(3);
        assertThat(three.ctl("history")).contains("back to revision 1");
        // When
        three.write("routes.yaml", document("version 3"));
        // Then
        awaitText(one, "version 3");
        awaitText(two, "version 3");
    }

    @Test
    void aServerWhoseFolderIsBehindTakesNobodyBack() throws Exception {
        ManagedServer one = start("one", "version 1");
        one.write("routes.yaml", document("version 2"));
        awaitText(one, "version 2");

        ManagedServer late = start("late", "version 1");

        assertThat(late.plane().newest().number()).isEqualTo(2);
        assertThat(late.ctl("status")).contains("the folder says something else");
        // What nobody has published before is news, though.
        ManagedServer fresh = start("fresh", "version 3");
        assertThat(fresh.plane().newest().number()).isEqualTo(3);
        awaitText(one, "version 3");
    }

    @Test
    void whatOneServerPublishesTheOtherServesWithinHalfASecond() throws Exception {
        // Given
        ManagedServer one = start("one", "version 1");
        one.write("routes.yaml", document("version 2"));
        awaitText(one, "version 2");
        ManagedServer two = start("two", "version 2");
        List<Long> micros = new ArrayList<>();
        // When
        for (int round = 0; round < ROUNDS; round++) {
            ManagedServer from = round % 2 == 0 ? one : two;
            ManagedServer to = round % 2 == 0 ? two : one;
            long number = from.plane().newest().number();
            long begin = System.nanoTime();
            Revision made = from.plane().rollback(number - 1, "me");
            assertThat(made).isNotNull();
            while (to.served() <= number && System.nanoTime() - begin < 10_000_000_000L) {
                Thread.onSpinWait();
            }
            assertThat(to.served()).isEqualTo(number + 1);
            micros.add((System.nanoTime() - begin) / 1_000);
        }
        // Then: from the command to the other server's nodes
        micros.sort(null);
        long p99 = micros.get(ROUNDS * 99 / 100 - 1);
        System.out.printf(
                "etcd: from one server to the other: median %.1f ms, p99 %.1f ms, most %.1f ms%n",
                micros.get(ROUNDS / 2) / 1e3, p99 / 1e3, micros.getLast() / 1e3);
        assertThat(p99 / 1_000).isLessThan(MOST_MILLIS);
    }

    @Test
    void nothingIsLostWhenTwoServersPublishAtOnceAndConflictsAreCounted() throws Exception {
        // Given
        ManagedServer one = start("one", "version 1");
        one.write("routes.yaml", document("version 2"));
        awaitText(one, "version 2");
        ManagedServer two = start("two", "version 2");
        int each = 15;
        // When
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> results = new ArrayList<>();
            for (ManagedServer server : List.of(one, two)) {
                results.add(threads.submit(writer(server, each)));
            }
            for (Future<Integer> result : results) {
                assertThat(result.get(60, TimeUnit.SECONDS)).isEqualTo(each);
            }
        }
        // Then
        long all = 2 + 2L * each;
        Awaitility.await().until(() -> one.served() == all && two.served() == all);
        assertThat(one.plane().history()).hasSize((int) all);
        assertThat(two.plane().newest()).isEqualTo(one.plane().newest());
        long conflicts = one.plane().store().conflicts() + two.plane().store().conflicts();
        assertThat(conflicts).isPositive();
        assertThat(one.ctl("status"))
                .contains(one.plane().store().conflicts() + " conflicts with other servers");
    }

    // What is acknowledged; a server that is always overtaken says so, and is asked again.
    private static Callable<Integer> writer(ManagedServer server, int times) {
        return () -> {
            int made = 0;
            while (made < times) {
                try {
                    if (server.plane().rollback(1 + made % 2, "me") != null) {
                        made++;
                    }
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("others publish all the time");
                }
            }
            return made;
        };
    }

    @Test
    void withoutEtcdWhatIsServedStaysAndChangesArePublishedWhenItIsBack() throws Exception {
        // Given
        ManagedServer one = start("one", "version 1");
        ManagedServer two = start("two", "version 1");
        // When
        etcd().kill();
        one.awaitSaid("is away, what is served stays");
        one.write("routes.yaml", document("version 2"));
        one.awaitSaid("not published, since it cannot be kept");
        // Then
        assertThat(one.served()).isEqualTo(1);
        assertThat(one.ctl("status")).contains("which is away: UNAVAILABLE");
        // A server that starts meanwhile serves what it knows
        two.close();
        open.remove(two);
        ManagedServer again = again("two");
        assertThat(again.served()).isEqualTo(1);
        assertThat(again.plane().newest().groups().toString()).contains("version 1");
        // When
        etcd().start();
        // Then
        awaitText(again, "version 2");
        awaitText(one, "version 2");
        one.awaitSaid("is back");
        assertThat(one.ctl("status")).doesNotContain("which is away");
    }

    @Test
    void anEtcdThatLostEverythingGetsWhatIsServed() throws Exception {
        ManagedServer one = start("one", "version 1");
        one.write("routes.yaml", document("version 2"));
        awaitText(one, "version 2");
        one.close();
        open.remove(one);
        tests += 1_000; // nothing is there

        ManagedServer again = again("one");
        ManagedServer fresh = start("fresh", "version 2");

        assertThat(again.served()).isEqualTo(2);
        assertThat(fresh.plane().newest()).isEqualTo(again.plane().newest());
    }
}
