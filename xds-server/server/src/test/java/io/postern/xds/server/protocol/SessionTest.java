package io.postern.xds.server.protocol;

import static io.postern.config.model.ResourceType.CLUSTER;
import static io.postern.config.model.ResourceType.ENDPOINTS;
import static io.postern.config.model.ResourceType.LISTENER;
import static io.postern.config.model.ResourceType.ROUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.config.model.ResourceType;
import io.postern.xds.server.content.Packed;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SessionTest {
    private static final String[] NOTHING = {};

    @ParameterizedTest
    @EnumSource(Variant.class)
    void sendsEverythingToWhoAsksWithoutNames(Variant variant) {
        var talk = new Talk(variant, Talk.snapshot("cluster a=1", "cluster b=1", "routes r=1"));
        assertThat(talk.ask(CLUSTER)).containsExactly("CLUSTER a=1 b=1");
        assertThat(talk.ack(CLUSTER)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void answersAtOnceWhereThereIsNothing(Variant variant) {
        var talk = new Talk(variant, Talk.snapshot());
        assertThat(talk.ask(CLUSTER)).containsExactly("CLUSTER");
        assertThat(talk.ack(CLUSTER)).isEmpty();
        assertThat(talk.publish("cluster a=1")).containsExactly("CLUSTER a=1");
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void sendsOnlyWhatIsAskedForByName(Variant variant) {
        var talk = new Talk(variant, Talk.snapshot("routes a=1", "routes b=1"));
        assertThat(talk.ask(ROUTES, "a")).containsExactly("ROUTES a=1");
        talk.ack(ROUTES, "a");
        assertThat(talk.publish("routes a=1", "routes b=2")).isEmpty();
        assertThat(talk.publish("routes a=2", "routes b=2")).containsExactly("ROUTES a=2");
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void sendsWhatChangedMeanwhileAsOne(Variant variant) {
        var talk = new Talk(variant, Talk.snapshot("cluster a=1"));
        talk.ask(CLUSTER);
        assertThat(talk.publish("cluster a=2")).isEmpty();
        assertThat(talk.publish("cluster a=3")).isEmpty();
        assertThat(talk.ack(CLUSTER)).containsExactly("CLUSTER a=3");
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void doesNotSendARefusedVersionAgainUntilItChanges(Variant variant) {
        var talk = new Talk(variant, Talk.snapshot("cluster a=1"));
        talk.ask(CLUSTER);
        assertThat(talk.nack(CLUSTER, "no such thing")).isEmpty();
        assertThat(talk.later(60)).isEmpty();
        assertThat(talk.session().complaints()).containsEntry(CLUSTER, "no such thing");
        assertThat(talk.session().status())
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.state()).isEqualTo(ResourceStatus.State.NACKED);
                    assertThat(one.message()).isEqualTo("no such thing");
                });
        assertThat(talk.publish("cluster a=2")).containsExactly("CLUSTER a=2");
        talk.ack(CLUSTER);
        assertThat(talk.session().complaints()).isEmpty();
        assertThat(talk.session().status().getFirst().state())
                .isEqualTo(ResourceStatus.State.ACKED);
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void remembersARefusalAsLongAsWhatWasRefusedIsPublished(Variant variant) {
        var talk = new Talk(variant, Talk.snapshot("listener main=1"));
        talk.ask(LISTENER);
        talk.ack(LISTENER);
        talk.publish("listener other=1");
        talk.nack(LISTENER, "cannot bind"); // and hears of what is gone
        if (variant == Variant.SOTW) {
            talk.nack(LISTENER, "cannot bind");
        } else {
            talk.ack(LISTENER);
        }
        assertThat(talk.session().complaints()).containsEntry(LISTENER, "cannot bind");
        talk.publish("listener main=2");
        if (variant == Variant.SOTW) {
            talk.nack(LISTENER, "cannot bind"); // what is gone is in there until the next one
        }
        talk.ack(LISTENER);
        talk.ack(LISTENER);
        assertThat(talk.session().complaints()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void addsFromTheClustersUpAndRemovesFromTheListenersDown(Variant variant) {
        var talk = new Talk(variant, Talk.snapshot("cluster a=1", "listener l=1", "routes r=1"));
        talk.ask(CLUSTER);
        talk.ack(CLUSTER);
        talk.ask(LISTENER);
        talk.ack(LISTENER);
        talk.ask(ROUTES, "r");
        talk.ack(ROUTES, "r");

        // each waits for the answer to the one before it
        assertThat(talk.publish("cluster b=1", "listener l=2", "routes r=2"))
                .containsExactly(variant == Variant.SOTW ? "CLUSTER a=1 b=1" : "CLUSTER b=1");
        assertThat(talk.ack(CLUSTER)).containsExactly("LISTENER l=2");
        assertThat(talk.ack(LISTENER)).containsExactly("ROUTES r=2");
        assertThat(talk.ack(ROUTES, "r"))
                .containsExactly(variant == Variant.SOTW ? "CLUSTER b=1" : "CLUSTER -a");
        assertThat(talk.ack(CLUSTER)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void doesNotWaitForEverForANodeThatDoesNotAnswer(Variant variant) {
        var talk = new Talk(variant, Talk.snapshot("cluster a=1", "listener l=1"));
        talk.ask(CLUSTER);
        assertThat(talk.ask(LISTENER)).isEmpty();
        assertThat(talk.later(4)).isEmpty();
        assertThat(talk.later(2)).containsExactly("LISTENER l=1");
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void sendsEndpointsAgainWhenTheirClusterChanged(Variant variant) {
        var talk = new Talk(variant, Talk.snapshot("eds a=1", "endpoints a=1"));
        talk.ask(CLUSTER);
        talk.ack(CLUSTER);
        talk.ask(ENDPOINTS, "a");
        talk.ack(ENDPOINTS, "a");
        assertThat(talk.publish("eds a=2", "endpoints a=1")).containsExactly("CLUSTER a=2");
        assertThat(talk.ack(CLUSTER)).containsExactly("ENDPOINTS a=1");
    }

    @Test
    void tellsAtOnceThatANameIsUnknown() {
        var talk = new Talk(Variant.DELTA, Talk.snapshot("routes a=1"));
        assertThat(talk.ask(ROUTES, "a", "nobody")).containsExactly("ROUTES a=1 -nobody");
        talk.ack(ROUTES);
        assertThat(talk.change(ROUTES, List.of("other"), List.of()))
                .containsExactly("ROUTES -other");
        talk.ack(ROUTES);
        assertThat(talk.publish("routes a=1", "routes other=1")).containsExactly("ROUTES other=1");
    }

    @Test
    void sendsOnDemandWhatIsNotAmongEverything() {
        var talk = new Talk(Variant.DELTA, Talk.snapshot("cluster a=1", "cluster b=1"));
        assertThat(talk.ask(CLUSTER, "a")).containsExactly("CLUSTER a=1");
        talk.ack(CLUSTER);
        assertThat(talk.change(CLUSTER, List.of("b"), List.of())).containsExactly("CLUSTER b=1");
        talk.ack(CLUSTER);
        assertThat(talk.change(CLUSTER, List.of(), List.of("b"))).isEmpty();
        assertThat(talk.publish("cluster a=1", "cluster b=2")).isEmpty();
        assertThat(talk.change(CLUSTER, List.of("*"), List.of())).containsExactly("CLUSTER b=2");
    }

    @Test
    void sendsAgainWhatIsAskedForAgain() {
        var talk = new Talk(Variant.DELTA, Talk.snapshot("routes a=1"));
        talk.ask(ROUTES, "a");
        talk.ack(ROUTES);
        assertThat(talk.change(ROUTES, List.of("a"), List.of())).containsExactly("ROUTES a=1");
    }

    @Test
    void saysWhatIsLeftOfANameThatIsStillCoveredByEverything() {
        var talk = new Talk(Variant.DELTA, Talk.snapshot("cluster a=1"));
        assertThat(talk.ask(CLUSTER, "*", "a", "b")).containsExactly("CLUSTER a=1 -b");
        talk.ack(CLUSTER);
        assertThat(talk.change(CLUSTER, List.of(), List.of("a", "b")))
                .containsExactly("CLUSTER a=1 -b");
    }

    @Test
    void sendsAReconnectingNodeOnlyTheDifference() {
        var now = Talk.snapshot("cluster a=1", "cluster b=2", "cluster c=1");
        String same = now.of(CLUSTER).versionOf("a");
        var talk = new Talk(Variant.DELTA, now);
        assertThat(talk.askHaving(CLUSTER, Map.of("a", same, "b", "old", "gone", "x")))
                .containsExactly("CLUSTER b=2 c=1");
        assertThat(talk.ack(CLUSTER)).containsExactly("CLUSTER -gone");
    }

    @Test
    void sendsNothingToAReconnectingNodeThatHasEverything() {
        var now = Talk.snapshot("cluster a=1");
        var talk = new Talk(Variant.SOTW, now);
        String version = now.of(CLUSTER).version();
        assertThat(talk.askHaving(CLUSTER, Map.of("*", version))).isEmpty();
        assertThat(talk.publish("cluster a=2")).containsExactly("CLUSTER a=2");
    }

    @Test
    void dividesWhatIsTooLargeForOneResponse() {
        String large = "x".repeat(1 << 20);
        String[] resources = new String[5];
        for (int i = 0; i < resources.length; i++) {
            resources[i] = "routes r" + i + "=" + large;
        }
        var talk = new Talk(Variant.DELTA, Talk.snapshot(resources));
        assertThat(shortened(talk.ask(ROUTES))).containsExactly("ROUTES r0=x r1=x");
        assertThat(shortened(talk.ack(ROUTES))).containsExactly("ROUTES r2=x r3=x");
        assertThat(shortened(talk.ack(ROUTES))).containsExactly("ROUTES r4=x");
        assertThat(talk.ack(ROUTES)).isEmpty();
    }

    private static List<String> shortened(List<String> responses) {
        return responses.stream().map(text -> text.replaceAll("x+", "x")).toList();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void answersTypesThatNobodyKnowsWithNothing(Variant variant) {
        var talk = new Talk(variant, Talk.snapshot());
        String type = "type.googleapis.com/example.Unknown";
        talk.sayNothingElse(type, List.of("a"), List.of(), Map.of(), "", null);
        assertThat(talk.hear()).containsExactly(variant == Variant.SOTW ? type : type + " -a");
        talk.sayNothingElse(type, List.of(), List.of(), Map.of(), "1", null);
        assertThat(talk.hear()).isEmpty();
    }

    @Test
    void boundsWhatANodeCanAskFor() {
        var talk = new Talk(Variant.DELTA, Talk.snapshot());
        var many = Collections.nCopies(Limits.NAMES + 1, "").toArray(NOTHING);
        for (int i = 0; i < many.length; i++) {
            many[i] = "n" + i;
        }
        assertThatThrownBy(() -> talk.ask(ROUTES, many))
                .isInstanceOf(StreamException.class)
                .hasMessageContaining("at most 50000");
        assertThatThrownBy(() -> talk.ask(ROUTES, "n".repeat(Limits.NAME_CHARACTERS + 1)))
                .isInstanceOf(StreamException.class);
    }

    @Test
    void stopsANodeThatAsksForMoreAndMoreUnknownTypes() {
        var talk = new Talk(Variant.DELTA, Talk.snapshot());
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i <= Limits.UNKNOWN_TYPES; i++) {
                                talk.sayNothingElse(
                                        "x/" + i, List.of("a"), List.of(), Map.of(), "", null);
                                talk.hear();
                            }
                        })
                .isInstanceOf(StreamException.class)
                .hasMessageContaining("unknown types");
    }

    @Test
    void hasTheSameVersionsInEveryProcess() {
        assertThat(Talk.snapshot("cluster a=1").of(CLUSTER).versionOf("a"))
                .isEqualTo("a5684ebf4e16104172a2b0ee5b55dbac");
    }

    @Test
    void forgetsNamesThatAreNotWantedAnyMore() {
        var talk = new Talk(Variant.SOTW, Talk.snapshot("routes a=1", "routes b=1"));
        talk.ask(ROUTES, "a", "b");
        assertThat(talk.ack(ROUTES, "a")).isEmpty();
        assertThat(talk.publish("routes a=1", "routes b=2")).isEmpty();
        assertThat(talk.session().status().stream().map(ResourceStatus::name)).containsExactly("a");
    }

    @Test
    void knowsEveryTypeInBothOrders() {
        assertThat(Order.CHANGES).containsExactlyInAnyOrder(ResourceType.values());
        assertThat(Order.REMOVALS).containsExactlyInAnyOrder(ResourceType.values());
    }

    @Test
    void packsTheNameOfTheEndpointsWithTheCluster() {
        assertThat(Talk.snapshot("eds a=1").of(CLUSTER).all())
                .extracting(Packed::endpoints)
                .containsExactly("a");
    }
}
