package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.postern.xds.server.store.EtcdAddress;
import io.postern.xds.server.store.OvertakenException;
import io.postern.xds.server.store.SharedValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two servers' values in a real etcd. */
@Timeout(60)
class SharedValuesIT {
    private static final String NAME = "waf";

    private final EtcdServer etcd;
    private final EtcdAddress address;

    SharedValuesIT(@TempDir Path folder) throws IOException, InterruptedException {
        Path program = EtcdServer.program();
        assumeTrue(program != null, "there is no etcd");
        etcd = EtcdServer.start(Objects.requireNonNull(program), folder.resolve("data"));
        address = EtcdAddress.parse(etcd.url() + "/test", null);
    }

    @AfterEach
    void close() {
        etcd.close();
    }

    private SharedValues open() throws IOException {
        return new SharedValues(address, "rollouts");
    }

    private static void awaitHolds(SharedValues values) {
        Awaitility.await().until(() -> values.holds(NAME));
    }

    @Test
    void whoHasNotSeenTheNewestValueWritesNothingAndLargeOnesComeWhole() throws Exception {
        byte[] large = new byte[3 << 20];
        new Random(7).nextBytes(large);
        var heard = new AtomicInteger();
        try (SharedValues one = open();
                SharedValues two = open()) {
            two.follow(heard::incrementAndGet);
            assertThat(two.isNew()).isTrue();
            Awaitility.await().until(() -> heard.get() == 1);
            // When
            SharedValues.Value first = one.put(NAME, new byte[] {1}, null);
            SharedValues.Value second = one.put(NAME, large, first);
            // Then
            Awaitility.await().until(() -> heard.get() > 1);
            assertThat(two.isNew()).isFalse();
            assertThatThrownBy(() -> two.put(NAME, new byte[] {2}, first))
                    .isInstanceOf(OvertakenException.class);
            Map<String, SharedValues.Value> all = two.all(Map.of());
            assertThat(Objects.requireNonNull(all.get(NAME)).octets()).isEqualTo(large);
            assertThat(two.all(all).get(NAME)).as("not read again").isSameAs(all.get(NAME));
            assertThatThrownBy(() -> two.delete(NAME, first))
                    .isInstanceOf(OvertakenException.class);
            two.delete(NAME, second);
            assertThat(one.all(Map.of())).isEmpty();
        }
    }

    @Test
    void oneHoldsANameAndAnotherDoesAsSoonAsThatOneGoes() throws Exception {
        try (SharedValues two = open()) {
            try (SharedValues one = open()) {
                awaitHolds(one);
                one.tell(new byte[] {1});
                assertThat(two.holds(NAME)).isFalse();
                assertThat(two.told().values()).containsExactly(new byte[] {1});
                assertThat(one.told()).as("not its own").isEmpty();
                // When it leaves it
                one.release(NAME);
                awaitHolds(two);
                assertThat(one.holds(NAME)).isFalse();
                two.release(NAME);
                awaitHolds(one);
            }
            // Then with it goes what it held and told
            awaitHolds(two);
            assertThat(two.told()).isEmpty();
        }
    }
}
