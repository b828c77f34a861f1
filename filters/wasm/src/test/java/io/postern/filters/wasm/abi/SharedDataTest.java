package io.postern.filters.wasm.abi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Shared data: compare-and-swap between threads, bounds, and the end of a VM id. */
class SharedDataTest {
    private static final byte[] KEY = "..key..".getBytes(UTF_8);

    private final SharedData data = new SharedData();

    private static int set(SharedData.Store store, String value, int cas) {
        return store.set(KEY, 2, 3, value.getBytes(UTF_8), cas);
    }

    private static SharedData.Entry get(SharedData.Store store) {
        return Objects.requireNonNull(store.get("key".getBytes(UTF_8), 0, 3));
    }

    @Test
    void aWrongNumberIsAMismatchAndZeroAlwaysSets() {
        var store = data.acquire("vm");
        assertThat(set(store, "one", 5))
                .isEqualTo(Status.OK); // absent: the number is not looked at
        int cas = get(store).cas();
        assertThat(set(store, "two", cas + 1)).isEqualTo(Status.CAS_MISMATCH);
        assertThat(set(store, "two", cas)).isEqualTo(Status.OK);
        assertThat(set(store, "three", 0)).isEqualTo(Status.OK);
        assertThat(get(store).value()).asString(UTF_8).isEqualTo("three");
        assertThat(store.get(KEY, 0, 3)).isNull();
    }

    @Test
    void incrementsOfManyThreadsAreAllCounted() throws InterruptedException {
        // Given
        var store = data.acquire("vm");
        set(store, "0", 0);
        var threads = new ArrayList<Thread>();

        // When
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofVirtual().start(() -> increment(store, 500)));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        // Then
        assertThat(get(store).value()).asString(UTF_8).isEqualTo("2000");
    }

    private static void increment(SharedData.Store store, int times) {
        for (int done = 0; done < times; ) {
            var entry = get(store);
            int next = Integer.parseInt(new String(entry.value(), UTF_8)) + 1;
            if (set(store, Integer.toString(next), entry.cas()) == Status.OK) {
                done++;
            }
        }
    }

    @Test
    void aStoreIsBounded() {
        var store = data.acquire("vm");
        var big = new byte[(int) (SharedData.MAX_BYTES / 2)];
        assertThat(store.set(KEY, 0, 1, big, 0)).isEqualTo(Status.OK);
        assertThat(store.set(KEY, 0, 2, big, 0)).isEqualTo(Status.INTERNAL_FAILURE);
        assertThat(store.set(KEY, 0, 1, new byte[1], 0)).isEqualTo(Status.OK);
        assertThat(store.set(KEY, 0, 2, big, 0)).isEqualTo(Status.OK);
    }

    @Test
    void aStoreEndsWithItsLastUser() {
        set(data.acquire("vm"), "x", 0);
        data.acquire("vm");
        data.release("vm");
        assertThat(get(data.acquire("vm"))).isNotNull();
        data.release("vm");
        data.release("vm");
        assertThat(data.acquire("vm").get(KEY, 2, 3)).isNull();
    }

    @Test
    void queuesKeepTheirOrderAndTheirBound() {
        // Given
        var queues = new SharedQueues();
        var ready = new ArrayList<Integer>();
        int token = queues.register("vm", "q", ready::add);

        // When
        int first = queues.enqueue(token, new byte[] {1});
        int second = queues.enqueue(token, new byte[] {2});
        int tooMuch = queues.enqueue(token, new byte[SharedQueues.MAX_BYTES]);

        // Then
        assertThat(first + second).isEqualTo(Status.OK);
        assertThat(tooMuch).isEqualTo(Status.INTERNAL_FAILURE);
        assertThat(ready).containsExactly(token, token);
        assertThat(queues.dequeue(token)).containsExactly(1);
        assertThat(queues.dequeue(token)).containsExactly(2);
        assertThat(queues.dequeue(token)).isNull();
        assertThat(queues.resolve("vm", "q")).isEqualTo(token);
        assertThat(queues.resolve("other", "q")).isZero();
        assertThat(queues.enqueue(99, new byte[0])).isEqualTo(Status.NOT_FOUND);
    }
}
