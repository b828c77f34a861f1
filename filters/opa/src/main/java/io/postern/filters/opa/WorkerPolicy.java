package io.postern.filters.opa;

import io.postern.config.model.OpaSpec;
import io.postern.filters.opa.decision.Decision;
import io.postern.filters.opa.decision.DecisionReader;
import io.postern.filters.opa.engine.PolicyFailure;
import io.postern.filters.opa.engine.PolicyInstance;
import io.postern.filters.opa.input.InputDocument;
import io.postern.filters.opa.input.RequestBody;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterUsage;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A policy on one worker: its instance, its buffers, its counters. Confined to the worker's event
 * loop, the replacement of a broken instance apart, which is made on a control thread.
 */
final class WorkerPolicy implements WorkerFilter {
    /** What requests are answered without a decision: status_on_error of Envoy's ext_authz. */
    static final LocalReply REFUSAL = LocalReply.of(403, "opa_error");

    private static final Decision ERROR = new Decision.Deny(REFUSAL);
    private static final long REPLACEMENT_PAUSE_NANOS = 1_000_000_000L;
    private static final long STREAMS_PER_WORKER = 1L << 48;

    private final LoadedPolicy policy;
    private final Worker worker;
    private final InputDocument input;
    private final DecisionReader decisions;
    private final PolicyMetrics metrics;
    private final FailureLog failures;
    private @Nullable PolicyInstance instance;
    private boolean closed;
    private long streams;
    private long errors;

    WorkerPolicy(LoadedPolicy policy, Worker worker) {
        this.policy = policy;
        this.worker = worker;
        this.input = new InputDocument(policy.spec().contextExtensions());
        this.decisions = new DecisionReader(policy.spec().deniedStatus());
        this.metrics = PolicyMetrics.of(policy.spec().name(), worker.metrics());
        this.failures = new FailureLog(policy.spec().name());
        this.instance = policy.newInstance();
        this.streams = worker.index() * STREAMS_PER_WORKER;
    }

    @Override
    public Filter newFilter(FilterCallbacks callbacks) {
        return new OpaFilter(this, callbacks);
    }

    @Override
    public FilterUsage usage() {
        return new FilterUsage() {
            @Override
            public long failures() {
                return errors;
            }

            @Override
            public long fuel() {
                return 0;
            }
        };
    }

    @Override
    public void close() {
        closed = true;
        discardInstance();
    }

    OpaSpec spec() {
        return policy.spec();
    }

    /** Decides about a request; {@code body} is null when bodies are not read. */
    Decision decide(HeaderMap headers, FilterCallbacks callbacks, @Nullable RequestBody body) {
        String unreadable = input.write(headers, callbacks.streamInfo(), ++streams, body);
        if (unreadable != null) {
            metrics.denied().add(1);
            return badRequest(unreadable);
        }
        var ready = instance;
        if (ready == null) {
            return failed("the instance is being replaced");
        }
        long start = worker.monotonicNanos();
        boolean evaluated = ready.evaluate(policy.entrypoint(), input.octets(), input.length());
        metrics.evaluationNanos().record(worker.monotonicNanos() - start);
        return evaluated ? decision(ready) : failed(ready);
    }

    private Decision decision(PolicyInstance ready) {
        var decision = decisions.read(ready.result(), ready.resultLength());
        return switch (decision) {
            case Decision.Allow allow -> {
                metrics.allowed().add(1);
                yield allow;
            }
            case Decision.Deny deny -> {
                metrics.denied().add(1);
                yield deny;
            }
            case Decision.Meaningless(String reason) -> failed(reason);
        };
    }

    private Decision failed(PolicyInstance broken) {
        var failure = broken.failure();
        if (failure == null) {
            return failed("bug: no result and no failure");
        }
        if (failure.poisonsInstance()) {
            replaceInstance();
        }
        return failed(describe(failure));
    }

    private Decision failed(String reason) {
        errors++;
        metrics.error().add(1);
        failures.log(reason, worker.monotonicNanos());
        return ERROR;
    }

    private static String describe(PolicyFailure failure) {
        return switch (failure.kind()) {
            case ABORTED, TOO_LARGE, TIMED_OUT -> failure.message();
            case TRAPPED -> "trap: " + failure.message();
        };
    }

    // OPA's plugin answers 400 with the reason when it cannot make the input document.
    private static Decision badRequest(String reason) {
        byte[] body = ("request_parse_error: " + reason).getBytes(StandardCharsets.UTF_8);
        return new Decision.Deny(LocalReply.of(400, "opa_request_parse_error", body));
    }

    private void replaceInstance() {
        discardInstance();
        policy.control().execute(this::makeInstance);
    }

    private void makeInstance() {
        try {
            var fresh = policy.newInstance();
            worker.execute(() -> install(fresh));
        } catch (RuntimeException | OutOfMemoryError e) {
            failures.logReplacement(e);
            worker.execute(
                    () -> worker.schedule(REPLACEMENT_PAUSE_NANOS, this::replaceUnlessClosed));
        }
    }

    private void replaceUnlessClosed() {
        if (!closed) {
            replaceInstance();
        }
    }

    private void install(PolicyInstance fresh) {
        if (closed) {
            fresh.close();
        } else {
            instance = fresh;
        }
    }

    private void discardInstance() {
        var old = instance;
        if (old != null) {
            old.close();
            instance = null;
        }
    }
}
