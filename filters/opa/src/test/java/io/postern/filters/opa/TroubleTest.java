package io.postern.filters.opa;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.OpaSpec;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.FakeWorker;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A policy that goes wrong denies, is counted, and does not harm the next request. */
class TroubleTest {
    private final FakeWorker worker = new FakeWorker();
    private final Policies policies = new Policies(null);
    private LoadedFilter loaded =
            new LoadedFilter() {
                @Override
                public WorkerFilter forWorker(Worker any) {
                    throw new IllegalStateException("nothing is loaded");
                }
            };

    @AfterEach
    void close() {
        loaded.close();
    }

    @Test
    void deniesWhenRulesConflict() {
        // Given
        var filters = load(Policies.spec("trouble", "trouble/conflict"));

        // When
        int conflict = send(filters, "x-conflict", "yes");
        int calm = send(filters, "x-other", "yes");

        // Then
        assertThat(conflict).isEqualTo(403);
        assertThat(calm).isEqualTo(200);
        assertThat(worker.metrics.counter("opa.trouble.error").value()).isEqualTo(1);
    }

    @Test
    void keepsItsStackWhenRulesConflictAgainAndAgain() {
        // Given
        var filters = load(Policies.spec("trouble", "trouble/conflict"));

        // When
        for (int i = 0; i < 20_000; i++) {
            send(filters, "x-conflict", "yes");
        }

        // Then
        assertThat(send(filters, "x-other", "yes")).isEqualTo(200);
        assertThat(worker.metrics.counter("opa.trouble.error").value()).isEqualTo(20_000);
    }

    @Test
    void stopsWhatTakesTooLongAndGoesOnWithAFreshInstance() {
        // Given
        var filters =
                load(
                        Policies.withTimeout(
                                Policies.spec("trouble", "trouble/calm"), Duration.ofMillis(100)));
        assertThat(send(filters, "x-steps", "1")).isEqualTo(200);

        // When
        long start = System.nanoTime();
        int stopped = send(filters, "x-steps", "100000");
        long millis = (System.nanoTime() - start) / 1_000_000;
        int meanwhile = send(filters, "x-steps", "1");
        boolean interruptLeaked = Thread.interrupted();
        policies.runControlWork();
        worker.runTasks();
        int afterwards = send(filters, "x-steps", "1");

        // Then
        assertThat(stopped).isEqualTo(403);
        assertThat(millis).isLessThan(5_000);
        assertThat(interruptLeaked).isFalse();
        assertThat(meanwhile).isEqualTo(403);
        assertThat(afterwards).isEqualTo(200);
        assertThat(worker.metrics.counter("opa.trouble.error").value()).isEqualTo(2);
    }

    @Test
    void deniesWhenMemoryRunsOut() {
        // Given
        var filters =
                load(Policies.withTimeout(Policies.spec("trouble", "trouble/huge"), Duration.ZERO));

        // When
        int huge = send(filters, "x-steps", "1000000");
        int small = send(filters, "x-steps", "10");

        // Then
        assertThat(huge).isEqualTo(403);
        assertThat(small).isEqualTo(200);
    }

    @Test
    void deniesWhenAFunctionIsUndefined() {
        // Given
        var filters = load(Policies.spec("trouble", "trouble/undefined"));

        // When
        int bad = send(filters, "x-time", "tomorrow");
        int good = send(filters, "x-time", "2026-11-22T21:00:00Z");

        // Then
        assertThat(bad).isEqualTo(403);
        assertThat(good).isEqualTo(200);
    }

    @Test
    void survivesBodiesThatAreNestedAsDeeplyAsIsAllowed() {
        // Given
        var filters =
                load(Policies.withBody(Policies.spec("echo", "echo/parsed_body"), 1 << 20, false));

        // When
        int deep = sendJson(filters, "[".repeat(250) + "]".repeat(250));
        int tooDeep = sendJson(filters, "[".repeat(100_000) + "]".repeat(100_000));

        // Then
        assertThat(deep).isEqualTo(403);
        assertThat(tooDeep).isEqualTo(400);
        assertThat(worker.metrics.counter("opa.echo.error").value()).isZero();
    }

    @Test
    void deniesInputThatTheGuestCannotRead() {
        // Given: a lone surrogate is JSON, but not text
        var filters =
                load(Policies.withBody(Policies.spec("echo", "echo/parsed_body"), 1 << 20, false));

        // When
        int status = sendJson(filters, "[\"\\ud800\"]");

        // Then
        assertThat(status).isEqualTo(403);
        assertThat(sendJson(filters, "[\"ok\"]")).isEqualTo(403);
    }

    private WorkerFilter load(OpaSpec spec) {
        loaded = policies.load(spec);
        return loaded.forWorker(worker);
    }

    private int send(WorkerFilter filters, String name, String value) {
        var stream =
                new TestStream(worker, HeaderMap.of(":method", "GET", ":path", "/", name, value));
        stream.send(filters);
        return stream.status();
    }

    private int sendJson(WorkerFilter filters, String json) {
        var headers =
                HeaderMap.of(":method", "POST", ":path", "/", "content-type", "application/json");
        var stream = new TestStream(worker, headers);
        stream.send(filters, json);
        return stream.status();
    }
}
