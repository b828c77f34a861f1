package io.postern.core.upstream;

import static io.postern.core.upstream.TestClusters.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StreamPoolEndsTest {
    private static TestClusters oneHost() {
        return cluster().host("127.0.0.1", 80);
    }

    @Test
    void aConnectionThatDiesWhileIdleIsNotHandedOut() {
        // Given
        PoolRig rig = new PoolRig(oneHost());
        rig.request();
        FakeConnection connection = rig.connector.succeed();
        connection.endOldest(true);

        // When
        connection.die();
        TestRequest next = rig.request();

        // Then
        assertThat(next.isAnswered()).isFalse();
        assertThat(rig.connector.started).isEqualTo(2);
        assertThat(rig.stat("upstream_cx_destroy")).isEqualTo(1);
    }

    @Test
    void aConnectionThatCannotBeUsedAgainIsClosed() {
        // Given
        PoolRig rig = new PoolRig(oneHost());
        rig.request();
        FakeConnection connection = rig.connector.succeed();

        // When
        connection.endOldest(false);

        // Then
        assertThat(connection.closed).isTrue();
        assertThat(rig.stat("upstream_cx_active")).isZero();
    }

    @Test
    void idleConnectionsAreClosedAfterTheTimeout() {
        // Given
        PoolRig rig = new PoolRig(oneHost().idleTimeout(Duration.ofSeconds(60)));
        rig.request();
        rig.request();
        FakeConnection early = rig.connector.succeed();
        FakeConnection late = rig.connector.succeed();
        early.endOldest(true);
        rig.worker.pass(Duration.ofSeconds(30).toNanos());
        late.endOldest(true);

        // When
        rig.worker.pass(Duration.ofSeconds(31).toNanos());
        boolean lateWasKept = !late.closed;
        rig.worker.pass(Duration.ofSeconds(30).toNanos());

        // Then
        assertThat(early.closed).isTrue();
        assertThat(lateWasKept).isTrue();
        assertThat(late.closed).isTrue();
        assertThat(rig.stat("upstream_cx_idle_timeout")).isEqualTo(2);
        assertThat(rig.worker.liveTimers()).isZero();
    }

    @Test
    void aConnectionServesMaxRequestsAndIsClosed() {
        // Given
        PoolRig rig = new PoolRig(oneHost().maxRequestsPerConnection(2));
        rig.request();
        FakeConnection connection = rig.connector.succeed();
        connection.endOldest(true);
        rig.request();

        // When
        connection.endOldest(true);

        // Then
        assertThat(connection.closed).isTrue();
        assertThat(rig.stat("upstream_cx_max_requests")).isEqualTo(1);
    }

    @Test
    void aConnectionOlderThanAllowedEndsAfterItsStreams() {
        // Given
        PoolRig rig = new PoolRig(oneHost().maxDuration(Duration.ofSeconds(10)));
        rig.request();
        FakeConnection connection = rig.connector.succeed();

        // When
        rig.worker.pass(Duration.ofSeconds(10).toNanos());
        boolean keptForTheStream = !connection.closed;
        connection.endOldest(true);

        // Then
        assertThat(keptForTheStream).isTrue();
        assertThat(connection.closed).isTrue();
        assertThat(rig.stat("upstream_cx_max_duration_reached")).isEqualTo(1);
    }

    @Test
    void aRemovedClusterLetsStreamsEndAndKeepsNothing() {
        // Given
        PoolRig rig = new PoolRig(oneHost());
        TestRequest busy = rig.request();
        rig.request();
        FakeConnection busyConnection = rig.connector.succeed();
        FakeConnection idleConnection = rig.connector.succeed();
        idleConnection.endOldest(true);

        // When
        rig.cluster.remove();
        boolean idleClosed = idleConnection.closed;
        boolean busyOpen = busy.fakeStream().isOpen() && !busyConnection.closed;
        busyConnection.endOldest(true);

        // Then
        assertThat(idleClosed).isTrue();
        assertThat(busyOpen).isTrue();
        assertThat(busyConnection.closed).isTrue();
        assertThat(rig.stat("upstream_cx_active")).isZero();
    }

    @Test
    void aRemovedClusterStillServesWhoWaited() {
        // Given
        PoolRig rig = new PoolRig(oneHost());
        TestRequest waiting = rig.request();

        // When
        rig.cluster.remove();
        FakeConnection connection = rig.connector.succeed();

        // Then
        assertThat(waiting.stream).isNotNull();
        connection.endOldest(true);
        assertThat(connection.closed).isTrue();
    }
}
