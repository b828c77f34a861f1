package io.postern.xds.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.proto.rollouts.v1.Report;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What gateways of several servers tell. */
class ReportsTest {
    private final Reports one = new Reports(true);
    private final Reports two = new Reports(true);

    private void exchange() {
        one.takeOthers(List.of(two.own()));
        two.takeOthers(List.of(one.own()));
    }

    private static Report report(String node, int exchanges) {
        return Numbers.report(
                node,
                1,
                Numbers.rollout(
                        Numbers.version(exchanges, 0, 0, 0), Numbers.version(exchanges, 1, 0, 0)));
    }

    private static Totals of(Reports reports) {
        var told = reports.own().getRolloutsList();
        var subject = told.isEmpty() ? report("any", 1).getRollouts(0) : told.getFirst();
        return reports.of(subject.getName(), subject.getSeed(), subject.getShadow());
    }

    @Test
    void everyServerHasTheSumOfAll() {
        one.take(report("edge-1", 100));
        two.take(report("edge-2", 20));
        exchange();
        exchange(); // what others told is not told on

        assertThat(of(one)).isEqualTo(of(two));
        assertThat(of(one).candidate().ended()).isEqualTo(120);
        assertThat(of(one).candidate().failures()).isEqualTo(2);
        assertThat(of(one).candidate().nanosP99()).isEqualTo(of(two).candidate().nanosP99());
    }

    @Test
    void aGatewayThatGoesToAnotherServerCountsOnce() {
        one.take(report("edge-1", 100));
        exchange();
        // When
        one.left(report("edge-1", 100));
        two.take(report("edge-1", 150));
        exchange();
        // Then
        assertThat(of(two).candidate().ended()).isEqualTo(150);
        assertThat(of(one)).isEqualTo(of(two));
    }

    @Test
    void ofOneServerAGatewayThatHasGoneStillCounts() {
        var alone = new Reports();
        alone.take(report("edge-1", 100));
        alone.left(report("edge-1", 100));
        assertThat(of(alone).candidate().ended()).isEqualTo(100);
    }
}
