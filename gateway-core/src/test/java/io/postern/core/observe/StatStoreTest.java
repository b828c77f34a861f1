package io.postern.core.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.sdk.Metrics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatStoreTest {
    @Test
    void addsUpWhatWorkersCount() throws InterruptedException {
        // Given
        var store = new StatStore(3);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Metrics metrics = store.forWorker(i);
            Metrics.Counter counter = metrics.counter("c");
            Metrics.Gauge gauge = metrics.gauge("g");
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int n = 0; n < 100_000; n++) {
                                    counter.add(1);
                                    gauge.add(n % 2 == 0 ? 1 : -1);
                                }
                                gauge.add(2);
                            }));
        }

        // When
        for (Thread thread : threads) {
            thread.join();
        }

        // Then
        assertThat(store.read())
                .containsExactly(new Stat.Counter("c", 300_000), new Stat.Gauge("g", 6));
    }

    @Test
    void manyThreadsMayShareAView() throws InterruptedException {
        // Given
        var store = new StatStore(1);
        Metrics.Counter counter = store.shared().counter("c");
        List<Thread> threads = new ArrayList<>();

        // When
        for (int i = 0; i < 4; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int n = 0; n < 50_000; n++) {
                                    counter.add(1);
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        // Then
        assertThat(counter.value()).isEqualTo(200_000);
    }

    @Test
    void gaugesCanBeSetByAnyWorker() {
        // Given
        var store = new StatStore(2);
        store.forWorker(0).gauge("g").add(5);

        // When
        store.forWorker(1).gauge("g").set(3);

        // Then
        assertThat(store.forWorker(0).gauge("g").value()).isEqualTo(3);
    }

    @Test
    void namesAreBounded() {
        // Given
        var store = new StatStore(1, 2);
        Metrics metrics = store.forWorker(0);
        metrics.counter("a").add(1);
        metrics.counter("b").add(1);

        // When
        metrics.counter("c").add(1);
        metrics.gauge("a").add(7);

        // Then
        assertThat(store.read())
                .containsExactly(
                        new Stat.Counter("a", 1),
                        new Stat.Counter("b", 1),
                        new Stat.Counter(StatStore.DROPPED, 2));
    }

    @Test
    void countersCanBeReset() {
        // Given
        var store = new StatStore(1);
        store.forWorker(0).counter("c").add(5);
        store.forWorker(0).gauge("g").add(5);

        // When
        store.resetCounters();
        store.forWorker(0).counter("c").add(2);

        // Then
        assertThat(store.read()).containsExactly(new Stat.Counter("c", 2), new Stat.Gauge("g", 5));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "9, 9",
        "10, 10",
        "99, 99",
        "100, 100",
        "101, 100",
        "109, 100",
        "110, 110",
        "999, 990",
        "1000, 1000",
        "123456, 120000",
        "-5, 0"
    })
    void binsKeepTwoDigits(long value, long lowest) {
        assertThat(Bins.lowest(Bins.binOf(value))).isEqualTo(lowest);
    }

    @Test
    void binsNeverLeaveTheirArray() {
        assertThat(Bins.binOf(Long.MAX_VALUE)).isLessThan(2000);
    }

    @Test
    void distributionsHaveQuantilesAndBuckets() {
        // Given
        var store = new StatStore(1);
        Metrics.Histogram histogram = store.forWorker(0).histogram("h");
        for (int i = 0; i < 90; i++) {
            histogram.record(1);
        }
        for (int i = 0; i < 10; i++) {
            histogram.record(300);
        }

        // When
        BinCounts counts = ((Stat.Histogram) store.read().getFirst()).counts();

        // Then
        assertThat(counts.total()).isEqualTo(100);
        assertThat(counts.sum()).isEqualTo(3090);
        assertThat(counts.upTo(0.5)).isZero();
        assertThat(counts.upTo(1)).isEqualTo(90);
        assertThat(counts.upTo(500)).isEqualTo(100);
        assertThat(counts.quantile(0.5)).isBetween(1.05, 1.06);
        assertThat(counts.quantile(0.95)).isEqualTo(305);
        assertThat(counts.quantile(1)).isEqualTo(310);
    }
}
