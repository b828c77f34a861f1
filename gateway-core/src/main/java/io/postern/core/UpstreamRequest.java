package io.postern.core;

import io.netty.buffer.ByteBuf;
import io.postern.config.model.InternalRedirects;
import io.postern.config.model.RouteAction;
import io.postern.core.http.HttpStream;
import io.postern.core.http.HttpStreamListener;
import io.postern.core.http.ResetReason;
import io.postern.core.upstream.StreamRequester;
import io.postern.core.upstream.UpstreamFailure;
import io.postern.core.upstream.UpstreamHost;
import io.postern.core.upstream.WorkerCluster;
import io.postern.core.upstream.resilience.ResilienceGuard;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.Worker.Cancellable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The upstream side of one exchange: one stream at a time to a host of the cluster, again on
 * another one where the retry policy says so.
 *
 * <pre>
 *  ASKING ----onStreamReady----> OPEN ----response head----> ANSWERED ----end----> DONE
 *    | failure                    | reset, retriable status      | reset: client is reset, too
 *    +-------- retry or local reply ----------+                  v
 *                                                              DONE
 * </pre>
 *
 * <p>Confined to the event loop.
 */
final class UpstreamRequest implements StreamRequester, HttpStreamListener {
    private enum State {
        ASKING,
        OPEN,
        ANSWERED,
        BACKING_OFF,
        DONE
    }

    private static final Cancellable NOTHING = () -> {};
    private static final int FIRST_ERROR_STATUS = 500;

    private final Exchange exchange;
    private final WorkerCluster cluster;
    private final Retries retries;
    private final HostWishes wishes;
    private final UpstreamTimes times;
    private final RequestBody body;
    private final @Nullable InternalRedirects redirects;
    private final long startNanos = System.nanoTime();
    private List<Mirror> mirrors = List.of();
    private State state = State.ASKING;
    private Cancellable waiting = NOTHING;
    private @Nullable HttpStream stream;
    private @Nullable UpstreamHost host;
    private ResilienceGuard.@Nullable Call call;
    private boolean responseDone;
    private int status;

    UpstreamRequest(
            Exchange exchange,
            WorkerCluster cluster,
            Retries retries,
            RouteAction.Forward action,
            UpstreamTimes times) {
        this.exchange = exchange;
        this.cluster = cluster;
        this.retries = retries;
        this.wishes = new HostWishes(exchange, action, retries);
        this.times = times;
        this.redirects = action.internalRedirects();
        this.body =
                new RequestBody(
                        exchange,
                        retries.enabled() || redirects != null,
                        bodyLimit(action.tries().bodyLimitBytes()));
    }

    // As much as the route says, or as the cluster's connections buffer.
    private int bodyLimit(long ofRoute) {
        return ofRoute < 0
                ? cluster.config().bufferLimitBytes()
                : (int) Math.min(ofRoute, Integer.MAX_VALUE);
    }

    /** Copies of this request that are on their way; they get its body, too. */
    void mirror(List<Mirror> copies) {
        mirrors = copies;
    }

    /** Starts the first try; the head is the exchange's request head, as it goes upstream. */
    void start(boolean endOfStream) {
        body.headOnly(endOfStream);
        ask();
    }

    WorkerCluster cluster() {
        return cluster;
    }

    RequestBody body() {
        return body;
    }

    long startNanos() {
        return startNanos;
    }

    // --- the request's body

    void data(ByteBuf data, boolean endOfStream) {
        for (int i = 0; i < mirrors.size(); i++) {
            mirrors.get(i).data(data.retainedSlice(), endOfStream);
        }
        body.add(data, endOfStream, openStream());
    }

    void trailers(HeaderMap trailers) {
        mirrors.forEach(mirror -> mirror.end(trailers));
        body.end(trailers, openStream());
    }

    void setReading(boolean reading) {
        HttpStream open = stream;
        if (open != null) {
            open.setReading(reading);
        }
    }

    private @Nullable HttpStream openStream() {
        return state == State.OPEN || state == State.ANSWERED ? stream : null;
    }

    // --- a stream

    private void ask() {
        state = State.ASKING;
        exchange.info.attempts++;
        exchange.timeouts.tryStarted(times.perTryNanos(), retries.perTryIdleNanos());
        exchange.flow.forwarding().beforeTry(exchange, times, retries);
        if (!enter()) {
            onStreamFailure(Failure.OVERFLOW, null, "");
            return;
        }
        Cancellable cancellable = cluster.request(wishes, this);
        if (state == State.ASKING) {
            waiting = cancellable;
        }
    }

    // The cluster's own guard, where one is configured.
    private boolean enter() {
        ResilienceGuard guard = cluster.guard();
        if (guard == null) {
            return true;
        }
        call = guard.tryEnter(System.nanoTime());
        return call != null;
    }

    private void judge(boolean success) {
        if (call != null) {
            call.answered(success, System.nanoTime());
        }
    }

    private void leave() {
        if (call != null) {
            call.end();
            call = null;
        }
    }

    @Override
    public HttpStreamListener streamListener() {
        return this;
    }

    @Override
    public void onStreamReady(HttpStream ready, UpstreamHost chosen) {
        waiting = NOTHING;
        stream = ready;
        state = State.OPEN;
        host = chosen;
        tried(chosen);
        exchange.info.upstreamLocalAddress = ready.connection().localAddress();
        exchange.flow.forwarding().beforeUpstreamHead(exchange, chosen);
        body.sendAll(exchange.requestHeaders(), ready);
        exchange.flowControl.upstreamWritable(ready.isWritable());
    }

    @Override
    public void onStreamFailure(
            Failure failure, @Nullable UpstreamHost chosen, String transportFailure) {
        waiting = NOTHING;
        if (chosen != null) {
            tried(chosen);
            if (failure != Failure.OVERFLOW) {
                chosen.onNoResponse(false);
                judge(false);
            }
        }
        leave();
        exchange.info.transportFailure = transportFailure;
        UpstreamFailure why = UpstreamFailure.of(failure, transportFailure);
        if (!tryAgain(retries.afterFailure(why))) {
            fail(why);
        }
    }

    private void tried(UpstreamHost chosen) {
        exchange.info.upstreamAddress = chosen.address();
        wishes.tried(chosen);
    }

    // --- the response

    @Override
    public void onInformational(HeaderMap head) {
        if (exchange.flow.parts().manager().proxy100Continue() && !exchange.responseStarted()) {
            exchange.client.writeHeaders(head, false);
        }
    }

    @Override
    public void onHeaders(HeaderMap head, boolean endOfStream) {
        exchange.timeouts.touched();
        exchange.timeouts.tryEnded();
        if (exchange.info.firstUpstreamByte < 0) {
            exchange.info.firstUpstreamByte = exchange.info.sinceStart();
        }
        responseDone = endOfStream;
        status = Status.of(head);
        UpstreamHost answering = host;
        if (answering != null) {
            answering.onResponse(status);
        }
        judge(status < FIRST_ERROR_STATUS);
        if (tryAgain(retries.afterHead(head, exchange.worker().epochNanos()))) {
            return;
        }
        if (redirects != null
                && exchange.flow.forwarding().redirected(exchange, this, head, redirects)) {
            return;
        }
        flagExhausted();
        if (retries.retried() && !retries.exhausted()) {
            exchange.flow.parts().stats().retryAnswered(cluster);
        }
        state = State.ANSWERED;
        wishes.addCookies(head);
        body.forget();
        responseEndedIf(endOfStream);
        exchange.upstreamHeaders(this, head, endOfStream);
    }

    @Override
    public void onData(ByteBuf data, boolean endOfStream) {
        responseEndedIf(endOfStream);
        exchange.upstreamData(data, endOfStream);
    }

    @Override
    public void onTrailers(HeaderMap trailers) {
        responseEndedIf(true);
        exchange.upstreamTrailers(trailers);
    }

    @Override
    public void onWritabilityChanged(boolean writable) {
        exchange.flowControl.upstreamWritable(writable);
    }

    @Override
    public void onReset(ResetReason reason, String detail) {
        State was = state;
        stream = null;
        if (was == State.ANSWERED) {
            leave();
        }
        state = State.DONE;
        UpstreamFailure why = UpstreamFailure.of(reason, detail);
        if (was == State.ANSWERED) {
            exchange.info.flag(why.flag());
            exchange.upstreamBroke("upstream_reset_after_response_started{" + why.token() + "}");
        } else {
            unanswered(false);
            leave();
            if (!tryAgain(retries.afterFailure(why))) {
                fail(why);
            }
        }
    }

    private void unanswered(boolean timedOut) {
        judge(false);
        UpstreamHost silent = host;
        if (silent != null) {
            host = null;
            silent.onNoResponse(timedOut);
        }
    }

    /** per_try_timeout, or per_try_idle_timeout, passed before a response head came. */
    void tryTimedOut(boolean idle) {
        if (state != State.ASKING && state != State.OPEN) {
            return;
        }
        exchange.flow.parts().stats().tryTimedOut(cluster, idle);
        unanswered(true);
        stopTry();
        UpstreamFailure why = idle ? UpstreamFailure.TRY_IDLE_TIMEOUT : UpstreamFailure.TRY_TIMEOUT;
        if (!tryAgain(retries.afterFailure(why))) {
            fail(why);
        }
    }

    /** The whole exchange took too long; what is sent to the client is the caller's business. */
    void timedOut() {
        exchange.flow.parts().stats().requestTimedOut(cluster);
        if (state != State.ANSWERED) {
            unanswered(true);
        }
    }

    /** The exchange needs this no more. */
    void abandon() {
        stopTry();
        exchange.flow
                .parts()
                .stats()
                .upstreamEnded(cluster, status, System.nanoTime() - startNanos);
        state = State.DONE;
        mirrors.forEach(Mirror::abandon);
        body.release();
        retries.release();
    }

    private void stopTry() {
        leave();
        waiting.cancel();
        waiting = NOTHING;
        HttpStream open = stream;
        stream = null;
        if (open != null && !(responseDone && body.sent())) {
            open.reset(ResetReason.LOCAL_RESET);
        }
    }

    private void responseEndedIf(boolean endOfStream) {
        if (endOfStream) {
            responseDone = true;
            exchange.info.lastUpstreamByte = exchange.info.sinceStart();
        }
    }

    // --- again, or not

    private boolean tryAgain(Retries.Verdict verdict) {
        if (verdict != Retries.Verdict.RETRY || body.lost()) {
            return false;
        }
        if (!retries.take()) {
            exchange.info.flag(ResponseFlag.UPSTREAM_OVERFLOW);
            exchange.flow.parts().stats().retryOverflowed(cluster);
            return false;
        }
        exchange.flow.parts().stats().upstreamRetried(cluster, retries.waitsAsAsked(), status);
        status = 0;
        stopTry();
        responseDone = false;
        state = State.BACKING_OFF;
        waiting = exchange.worker().schedule(retries.backoffNanos(), this::ask);
        return true;
    }

    private void flagExhausted() {
        if (retries.exhausted()) {
            exchange.info.flag(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
            exchange.flow.parts().stats().retriesExhausted(cluster);
        }
    }

    private void fail(UpstreamFailure why) {
        state = State.DONE;
        exchange.info.flag(why.flag());
        flagExhausted();
        exchange.replyOnRoute(why.reply(retries.retried()));
    }
}
