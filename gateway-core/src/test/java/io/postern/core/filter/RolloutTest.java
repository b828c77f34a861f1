package io.postern.core.filter;

import static io.postern.core.filter.ScriptedFilter.VERSION;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.RolloutSpec;
import io.postern.config.model.RolloutSpec.FailureBound;
import io.postern.config.model.RolloutSpec.HashOn;
import io.postern.config.model.RolloutSpec.Mode;
import io.postern.core.filter.ScriptedFilter.Does;
import io.postern.core.filter.ScriptedFilter.Script;
import io.postern.core.rollout.RolloutReading;
import io.postern.core.rollout.Rollouts;
import io.postern.sdk.FilterScope;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.FakeWorker;
import io.postern.sdk.testkit.FilterStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Two versions in one filter: who meets which, and what becomes of a bad one. */
class RolloutTest {
    private final List<String> log = new ArrayList<>();
    private final FakeWorker worker = new FakeWorker();
    private final ScriptedFilter scripts = new ScriptedFilter();
    private final FilterRegistry registry =
            new FilterRegistry(List.of(scripts), new Rollouts((name, why) -> log.add(why)));
    private final FilterStock stock =
            new FilterStock(
                    registry,
                    name -> new FilterScope(name, "", "", "", false),
                    List.of(worker),
                    Runnable::run);

    private static RolloutSpec rollout(Does old, Does fresh, int share, Mode mode) {
        return new RolloutSpec(
                "waf",
                "seed",
                new RolloutSpec.Version("1", new Script("old", old)),
                new RolloutSpec.Version("2", new Script("new", fresh)),
                share,
                mode,
                new HashOn.Header("x-user"),
                FailureBound.DEFAULT);
    }

    private static FilterStock.Key key(RolloutSpec spec) {
        return new FilterStock.Key("waf", spec);
    }

    private WorkerFilter taken(RolloutSpec spec) {
        stock.take(List.of(key(spec)));
        worker.runTasks();
        return stock.part(key(spec), worker);
    }

    private RolloutReading reading() {
        return registry.rollouts().read().getFirst();
    }

    private FilterStream request(WorkerFilter filter, String user) {
        HeaderMap head = FilterStream.get("/a?token=1", "x-user", user);
        var stream = new FilterStream(worker, filter, head);
        stream.request(head, true);
        stream.streamInfo().responseCode = stream.reply == null ? 200 : stream.reply.status();
        stream.end();
        return stream;
    }

    private Set<Integer> whoMeets(WorkerFilter filter, String version) {
        Set<Integer> users = new HashSet<>();
        for (int user = 0; user < 2_000; user++) {
            HeaderMap head = request(filter, "user-" + user).requestHeaders();
            if (version.equals(head.get(VERSION))) {
                users.add(user);
            }
        }
        return users;
    }

    @Test
    void whoMeetsTheCandidateInAStepMeetsItInTheNext() {
        // When
        Set<Integer> one = whoMeets(taken(rollout(Does.TAG, Does.TAG, 100, Mode.CANARY)), "new");
        Set<Integer> ten = whoMeets(taken(rollout(Does.TAG, Does.TAG, 1_000, Mode.CANARY)), "new");
        Set<Integer> all = whoMeets(taken(rollout(Does.TAG, Does.TAG, 10_000, Mode.CANARY)), "new");
        // Then
        assertThat(one).hasSizeBetween(5, 40);
        assertThat(ten).hasSizeBetween(140, 260).containsAll(one);
        assertThat(all).hasSize(2_000);
    }

    @Test
    void anExchangeThatComesAgainKeepsItsVersion() {
        // Given
        HeaderMap head = FilterStream.get("/", "x-user", "me");
        WorkerFilter before = taken(rollout(Does.TAG, Does.TAG, 0, Mode.CANARY));
        WorkerFilter after = taken(rollout(Does.TAG, Does.TAG, 10_000, Mode.CANARY));
        var stream = new FilterStream(worker, before, head);
        // When
        after.newFilter(stream).onRequestHeaders(head, true);
        // Then
        assertThat(head.get(VERSION)).isEqualTo("old");
    }

    @Test
    void stepsAndTheEndOfARolloutLoadNothingAnew() {
        // Given
        var old = new FilterStock.Key("waf", new Script("old", Does.TAG));
        var fresh = new FilterStock.Key("waf", new Script("new", Does.TAG));
        FilterStock.Key one = key(rollout(Does.TAG, Does.TAG, 100, Mode.CANARY));
        FilterStock.Key half = key(rollout(Does.TAG, Does.TAG, 5_000, Mode.CANARY));
        // When
        stock.take(List.of(old));
        stock.take(List.of(one));
        stock.release(old);
        stock.take(List.of(half));
        stock.release(one);
        stock.take(List.of(fresh));
        stock.release(half);
        worker.runTasks();
        // Then
        assertThat(scripts.events).containsExactly("load old", "load new", "close old");
        assertThat(registry.rollouts().read()).isEmpty();
    }

    @Test
    void aCandidateThatCannotBeLoadedMeetsNobody() {
        // When
        WorkerFilter filter = taken(rollout(Does.TAG, Does.NOT_LOAD, 10_000, Mode.CANARY));
        // Then
        assertThat(request(filter, "me").requestHeaders().get(VERSION)).isEqualTo("old");
        assertThat(reading().problem()).isEqualTo("the candidate cannot be loaded: a syntax error");
        assertThat(log).containsExactly(reading().problem());
    }

    @Test
    void aCandidateThatFailsTooOftenIsLeftAtOnce() {
        // Given
        WorkerFilter filter = taken(rollout(Does.TAG, Does.FAIL, 10_000, Mode.CANARY));
        // When
        int failed = 0;
        for (int i = 0; i < 100; i++) {
            failed += request(filter, "user-" + i).reply == null ? 0 : 1;
        }
        // Then
        assertThat(failed).isEqualTo(4);
        assertThat(log)
                .containsExactly(
                        "the candidate failed 4 times in 4 exchanges (bound: 3, and 100 of 10,000)");
        // When the next step comes
        WorkerFilter next = taken(rollout(Does.TAG, Does.FAIL, 9_999, Mode.CANARY));
        // Then
        assertThat(request(next, "me").reply).isNull();
    }

    @Test
    void whatEachVersionDoesIsCounted() {
        // Given
        scripts.on(worker);
        WorkerFilter filter = taken(rollout(Does.DENY, Does.TAKE_LONG, 5_000, Mode.CANARY));
        // When
        for (int i = 0; i < 100; i++) {
            request(filter, "user-" + i);
        }
        // Then
        var old = reading().lastGood();
        var fresh = reading().candidate();
        assertThat(old.exchanges() + fresh.exchanges()).isEqualTo(100);
        assertThat(old.statuses()[4]).isEqualTo(old.exchanges()).isEqualTo(old.answered());
        assertThat(fresh.statuses()[2]).isEqualTo(fresh.exchanges());
        assertThat(fresh.nanos()).containsOnlyKeys(20_000_000L);
        assertThat(worker.metrics.counter("rollout.waf.candidate.status_2xx").value())
                .isEqualTo(fresh.exchanges());
        assertThat(worker.metrics.counter("rollout.waf.last_good.answered").value())
                .isEqualTo(old.exchanges());
    }

    @Test
    void aShadowDecidesNothing() {
        // When
        WorkerFilter filter = taken(rollout(Does.TAG, Does.DENY, 10_000, Mode.SHADOW));
        FilterStream stream = request(filter, "me");
        // Then
        assertThat(stream.reply).isNull();
        assertThat(stream.requestHeaders().get(VERSION)).isEqualTo("old");
        assertThat(reading().comparison().decision()).isEqualTo(1);
        assertThat(reading().comparison().examples())
                .containsExactly("GET /a: passes, the candidate: answers 403");
        assertThat(reading().candidate().answered()).isEqualTo(1);
    }

    @Test
    void differentHeadsAreToldByTheirNames() {
        // Given
        WorkerFilter requests = taken(rollout(Does.TAG, Does.TAG, 10_000, Mode.SHADOW));
        // When
        request(requests, "me");
        // Then
        assertThat(reading().comparison().requestHeaders()).isEqualTo(1);
        assertThat(reading().comparison().examples())
                .containsExactly("GET /a: other request headers: x-version");
    }

    @Test
    void responsesAreComparedToo() {
        // Given
        HeaderMap head = FilterStream.get("/", "x-user", "me");
        WorkerFilter filter =
                taken(rollout(Does.TAKE_LONG, Does.TAG_RESPONSE, 10_000, Mode.SHADOW));
        var stream = new FilterStream(worker, filter, head);
        // When
        stream.request(head, true);
        HeaderMap response = HeaderMap.of(":status", "200");
        stream.response(response, true);
        stream.end();
        // Then
        assertThat(response.contains(VERSION)).isFalse();
        assertThat(reading().comparison().responseHeaders()).isEqualTo(1);
    }

    @Test
    void aShadowSeesTheBodyAndChangesOnlyItsCopy() {
        // Given
        HeaderMap head = FilterStream.get("/", "x-user", "me");
        WorkerFilter filter =
                taken(rollout(Does.WAIT_FOR_BODY, Does.WAIT_FOR_BODY, 10_000, Mode.SHADOW));
        var stream = new FilterStream(worker, filter, head);
        // When
        assertThat(stream.request(head, false)).isEqualTo(FilterStatus.PAUSE_HEADERS);
        stream.requestBody("first, ", false);
        stream.requestBody("second", true);
        stream.end();
        // Then
        assertThat(head.get(VERSION)).isEqualTo("body of 13");
        assertThat(reading().comparison().compared()).isEqualTo(1);
        assertThat(reading().comparison().requestHeaders()).isZero();
    }

    @Test
    void aShadowThatAsksSomebodyElseIsUndecidedAndAsksNobody() {
        // Given
        worker.clusters.add("auth");
        WorkerFilter filter = taken(rollout(Does.TAG, Does.CALL_OUT, 10_000, Mode.SHADOW));
        // When
        request(filter, "me");
        // Then
        assertThat(worker.calls).isEmpty();
        assertThat(reading().comparison().undecided()).isEqualTo(1);
        assertThat(reading().comparison().compared()).isZero();
    }
}
