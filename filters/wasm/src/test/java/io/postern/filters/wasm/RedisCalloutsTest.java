package io.postern.filters.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.sdk.Filter;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.ArrayBody;
import io.postern.sdk.testkit.FakeRawConnection;
import io.postern.sdk.testkit.FilterStream;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Redis calls of the 0.2.100 dialect. */
class RedisCalloutsTest {
    private static final String GET = "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n";
    private static final String GREETING =
            "*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n2\r\n";

    private final PluginHarness harness = new PluginHarness();
    private WorkerFilter filter = callbacks -> new Filter() {};

    @BeforeEach
    void start() {
        harness.worker.clusters.add("backend");
        filter = harness.start(PluginHarness.spec("wat/callouts.wasm", ""));
    }

    @Test
    void aCommandGoesOutAsItIsAndItsReplyComesBackAsItIs() {
        // Given
        var stream = request();
        FakeRawConnection redis = harness.worker.connections.getFirst();

        // When
        redis.listener.onConnected();
        redis.listener.onData(ArrayBody.of("+OK\r\n+OK\r\n$5\r\nhe"));
        redis.listener.onData(ArrayBody.of("llo\r\n"));

        // Then
        assertThat(redis.written()).isEqualTo(GREETING + GET);
        assertThat(harness.logged).containsExactly("2 redis 0", "2 $5\r\nhello\r\n");
        assertThat(stream.events).containsExactly("resumeRequest");
    }

    @Test
    void twoCommandsShareAConnectionAndKeepTheirOrder() {
        request();
        request();
        FakeRawConnection redis = harness.worker.connections.getFirst();
        redis.listener.onData(ArrayBody.of("+OK\r\n+OK\r\n:1\r\n*2\r\n:2\r\n$-1\r\n"));
        assertThat(harness.worker.connections).hasSize(1);
        assertThat(redis.written()).isEqualTo(GREETING + GET + GET);
        assertThat(harness.logged)
                .containsExactly("2 redis 0", "2 :1\r\n", "2 redis 0", "2 *2\r\n:2\r\n$-1\r\n");
    }

    @Test
    void aLostConnectionIsToldAndTheNextCommandMakesANewOne() {
        var stream = request();
        harness.worker.connections.getFirst().listener.onClosed("gone");
        request();
        assertThat(harness.logged).containsExactly("2 redis 1", "2 ");
        assertThat(stream.events).containsExactly("resumeRequest");
        assertThat(harness.worker.connections).hasSize(2);
    }

    @Test
    void aCommandThatIsNotAnsweredInTimeFails() {
        request();
        harness.worker.advance(Duration.ofMillis(1001).toNanos());
        assertThat(harness.logged).containsExactly("2 redis 1", "2 ");
        assertThat(harness.worker.connections.getFirst().closed).isTrue();
        assertThat(harness.worker.timers()).isZero();
    }

    @Test
    void aReplyThatIsNoRespFails() {
        request();
        harness.worker.connections.getFirst().listener.onData(ArrayBody.of("HTTP/1.1 400\r\n"));
        assertThat(harness.logged).containsExactly("2 redis 1", "2 ");
    }

    @Test
    void theConnectionEndsWithThePlugin() {
        request();
        filter.close();
        assertThat(harness.worker.connections.getFirst().closed).isTrue();
        assertThat(harness.worker.timers()).isZero();
    }

    private FilterStream request() {
        var stream = harness.stream(filter);
        assertThat(stream.request(FilterStream.get("/r"), true))
                .isEqualTo(FilterStatus.PAUSE_HEADERS);
        return stream;
    }
}
