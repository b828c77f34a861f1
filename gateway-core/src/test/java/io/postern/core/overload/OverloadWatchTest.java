package io.postern.core.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.Overload;
import io.postern.config.model.Overload.Action;
import io.postern.config.model.Overload.Kind;
import io.postern.config.model.Overload.Monitor;
import io.postern.config.model.Overload.ScaledTimer;
import io.postern.config.model.Overload.Timer;
import io.postern.config.model.Overload.Trigger;
import io.postern.core.observe.StatStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverloadWatchTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @TempDir Path directory;
    private final StatStore stats = new StatStore(1);
    private final Memory memory = new Memory();
    private final List<Boolean> accepting = new ArrayList<>();
    private Path pressure = Path.of("");
    private long now = 100 * SECOND;

    /** A JVM of 100 bytes of heap and of direct memory each. */
    private static final class Memory implements MemoryUse {
        long heap = 10;
        long direct = 10;
        int collections;

        @Override
        public long liveHeap() {
            return heap;
        }

        @Override
        public long maxHeap() {
            return 100;
        }

        @Override
        public long direct() {
            return direct;
        }

        @Override
        public long maxDirect() {
            return 100;
        }

        @Override
        public void collect() {
            collections++;
        }
    }

    @BeforeEach
    void pressureFile() {
        pressure = directory.resolve("pressure");
    }

    private OverloadWatch watch(Overload config, OverloadState state) {
        return new OverloadWatch(config, state, memory, stats.shared(), accepting::add);
    }

    private Overload config(Kind kind, Trigger trigger, ScaledTimer... timers) {
        return new Overload(
                Duration.ofSeconds(1),
                List.of(new Monitor.Injected("file", pressure.toString())),
                List.of(new Action(kind, List.of(trigger), List.of(timers))),
                0);
    }

    @Test
    void anActionIsAsStrongAsItsPressureIsHigh() throws IOException {
        // Given
        var config = config(Kind.STOP_ACCEPTING_CONNECTIONS, new Trigger("file", 0.5, 0.9));
        var state = new OverloadState(config);
        var watch = watch(config, state);
        List<Double> strengths = new ArrayList<>();

        // When
        for (String value : List.of("0.2", "0.5", "0.7", "0.9", "0.1")) {
            Files.writeString(pressure, value + "\n");
            watch.look(now += SECOND);
            strengths.add(
                    Math.round(state.strength(Kind.STOP_ACCEPTING_CONNECTIONS) * 100) / 100.0);
        }

        // Then
        assertThat(strengths).containsExactly(0.0, 0.0, 0.5, 1.0, 0.0);
        assertThat(accepting).containsExactly(true, true, true, false, true);
    }

    @Test
    void aMonitorThatCannotBeReadKeepsItsLastPressure() throws IOException {
        // Given
        var config = config(Kind.STOP_ACCEPTING_REQUESTS, new Trigger("file", 0.5, 0.5));
        var state = new OverloadState(config);
        var watch = watch(config, state);
        Files.writeString(pressure, "0.6");
        watch.look(now);

        // When
        Files.writeString(pressure, "broken");
        watch.look(now + SECOND);

        // Then
        assertThat(state.takes(Kind.STOP_ACCEPTING_REQUESTS, new Random(1))).isTrue();
        assertThat(stats.shared().counter("overload.file.failed_updates").value()).isOne();
        assertThat(stats.shared().gauge("overload.file.pressure").value()).isEqualTo(60);
    }

    @Test
    void withoutConfigurationRequestsAreShedBeforeMemoryRunsOut() {
        // Given
        var state = new OverloadState(Overload.NONE);
        var watch = watch(Overload.NONE, state);
        List<Boolean> shed = new ArrayList<>();

        // When
        for (long[] use : new long[][] {{50, 94}, {50, 95}, {96, 10}, {94, 94}}) {
            memory.heap = use[0];
            memory.direct = use[1];
            watch.look(now += SECOND);
            shed.add(state.takes(Kind.STOP_ACCEPTING_REQUESTS, new Random(1)));
        }

        // Then
        assertThat(shed).containsExactly(false, true, true, false);
    }

    @Test
    void whileItShedsTheHeapIsCollectedEveryTenSecondsAtMost() {
        // Given
        memory.heap = 99;
        var watch = watch(Overload.NONE, new OverloadState(Overload.NONE));

        // When
        for (int second = 0; second < 25; second++) {
            watch.look(now += SECOND);
        }

        // Then
        assertThat(memory.collections).isEqualTo(3);
    }

    @Test
    void timeoutsBecomeShorterAsPressureRises() throws IOException {
        // Given
        var config =
                config(
                        Kind.REDUCE_TIMEOUTS,
                        new Trigger("file", 0, 1),
                        new ScaledTimer(Timer.CONNECTION_IDLE, Duration.ofSeconds(2), 0),
                        new ScaledTimer(Timer.STREAM_IDLE, Duration.ZERO, 0.1));
        var state = new OverloadState(config);
        Files.writeString(pressure, "0.5");

        // When
        watch(config, state).look(now);

        // Then
        assertThat(state.reduced(Timer.CONNECTION_IDLE, 10 * SECOND)).isEqualTo(6 * SECOND);
        assertThat(state.reduced(Timer.STREAM_IDLE, 10 * SECOND)).isEqualTo(5_500_000_000L);
        assertThat(state.reduced(Timer.CONNECTION_IDLE, SECOND)).isEqualTo(SECOND);
        assertThat(state.reduced(Timer.CONNECTION_IDLE, 0)).isZero();
    }

    @Test
    void moreConnectionsThanTheLimitAreRefusedUntilOneCloses() {
        // Given
        var state = new OverloadState(new Overload(Duration.ZERO, List.of(), List.of(), 2));
        List<Boolean> connected = new ArrayList<>();

        // When
        connected.add(state.tryConnect());
        connected.add(state.tryConnect());
        connected.add(state.tryConnect());
        state.disconnected();
        connected.add(state.tryConnect());

        // Then
        assertThat(connected).containsExactly(true, true, false, true);
    }
}
