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
import io.postern.sdk.HeaderMap;
import io.postern.sdk.Worker.Cancellable;
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

    private final Exchange exchange;
    private final WorkerCluster cluster;
    private final Retries retries;
    private final RetryNotes notes;
    private final HostWishes wishes;
    private final UpstreamTimes times;
    private final RequestBody body;
    private final @Nullable InternalRedirects redirects;
    private final long startNanos = System.nanoTime();
    private State state = State.ASKING;
    private Cancellable waiting = NOTHING;
    private @Nullable HttpStream stream;
    private final Attempt attempt;
    private final boolean hedges;
    private final Companions companions = new Companions();
    private @Nullable HedgedTry current; // only where tries may overtake each other
    private boolean onlyLate; // no try is on its way but those that were overtaken
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
        this.notes = new RetryNotes(exchange, cluster, retries);
        this.wishes = new HostWishes(exchange, action, retries);
        this.times = times;
        this.redirects = action.internalRedirects();
        this.hedges = action.tries().hedges();
        this.attempt =
                new Attempt(exchange.flow.parts().guards().of(exchange.route()), cluster.guard());
        this.body =
                new RequestBody(
                        exchange,
                        retries.enabled() || redirects != null,
                        RequestBody.limit(action.tries(), cluster));
    }

    /** Who else gets it. */
    Companions companions() {
        return companions;
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
        companions.data(data, endOfStream, body);
        body.add(data, endOfStream, openStream());
    }

    void trailers(HeaderMap trailers) {
        companions.trailers(trailers);
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
        exchange.info.tried();
        exchange.timeouts.tryStarted(times.perTryNanos(), retries.perTryIdleNanos());
        exchange.flow.forwarding().beforeTry(exchange, times, retries);
        if (!attempt.enter()) {
            stats().heldBack(cluster);
            onStreamFailure(Failure.OVERFLOW, null, "");
            return;
        }
        Cancellable cancellable = cluster.request(wishes, this);
        if (state == State.ASKING) {
            waiting = cancellable;
        }
    }

    @Override
    public HttpStreamListener streamListener() {
        if (!hedges) {
            return this;
        }
        HedgedTry next = new HedgedTry(this);
        current = next;
        return next;
    }

    @Override
    public void onStreamReady(HttpStream ready, UpstreamHost chosen) {
        waiting = NOTHING;
        stream = ready;
        state = State.OPEN;
        attempt.on(chosen);
        wishes.tried(chosen);
        exchange.info.upstream(ready.connection());
        exchange.flow.forwarding().beforeUpstreamHead(exchange, chosen);
        body.sendAll(exchange.requestHeaders(), ready);
        exchange.flowControl.upstreamWritable(ready.isWritable());
    }

    @Override
    public void onStreamFailure(
            Failure failure, @Nullable UpstreamHost chosen, String transportFailure) {
        waiting = NOTHING;
        exchange.info.poolAnswered();
        if (chosen != null) {
            wishes.tried(chosen);
            if (failure != Failure.OVERFLOW) {
                attempt.on(chosen);
                attempt.unanswered(false);
            }
        }
        attempt.leave();
        exchange.info.transportFailure = transportFailure;
        UpstreamFailure why = UpstreamFailure.of(failure, transportFailure);
        tryAgainOrFail(why);
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
        exchange.info.firstUpstreamByteNow();
        responseDone = endOfStream;
        status = Status.of(head);
        attempt.answered(status);
        if (tryAgain(retries.afterHead(head, exchange.worker().epochNanos()))) {
            return;
        }
        if (companions.late() > 0 && retries.wants(head)) {
            stopTry();
            waitForLate();
            return;
        }
        companions.dropLate();
        if (redirects != null
                && exchange.flow.forwarding().redirected(exchange, this, head, redirects)) {
            return;
        }
        notes.answered();
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
        state = State.DONE;
        UpstreamFailure why = UpstreamFailure.of(reason, detail);
        if (was == State.ANSWERED) {
            attempt.leave();
            exchange.info.flag(why.flag());
            exchange.upstreamBroke("upstream_reset_after_response_started{" + why.token() + "}");
        } else {
            attempt.unanswered(false);
            attempt.leave();
            tryAgainOrFail(why);
        }
    }

    /** per_try_timeout, or per_try_idle_timeout, passed before a response head came. */
    void tryTimedOut(boolean idle) {
        if (state != State.ASKING && state != State.OPEN) {
            return;
        }
        stats().tryTimedOut(cluster, idle);
        if (!idle && hedges && overtake()) {
            return;
        }
        attempt.unanswered(true);
        stopTry();
        UpstreamFailure why = idle ? UpstreamFailure.TRY_IDLE_TIMEOUT : UpstreamFailure.TRY_TIMEOUT;
        tryAgainOrFail(why);
    }

    // The next try begins, whatever retry_on says; this one may still answer.
    private boolean overtake() {
        HttpStream slow = stream;
        HedgedTry own = current;
        if (slow == null || own == null || body.lost()) {
            return false;
        }
        if (retries.afterSlowTry() != Retries.Verdict.RETRY) {
            notes.over();
            return true; // as in Envoy it goes on until the route's time-out
        }
        if (notes.take(0)) {
            companions.overtaken(own, slow, attempt);
            stream = null;
            again();
        }
        return true;
    }

    /** A try that was overtaken has answered; whether that is the answer. */
    boolean lateAnswer(HedgedTry one, HeaderMap head) {
        companions.remove(one);
        if (retries.wants(head) && (companions.late() > 0 || !onlyLate)) {
            one.failed(Status.of(head));
            return false;
        }
        stopTry();
        stream = one.stream();
        attempt.on(one.host());
        state = State.OPEN;
        retries.finish();
        return true;
    }

    /** A try that was overtaken has ended without an answer. */
    void lateEnd(HedgedTry one, UpstreamFailure why) {
        companions.remove(one);
        if (companions.late() == 0 && onlyLate) {
            fail(why);
        }
    }

    private void waitForLate() {
        onlyLate = true;
        state = State.BACKING_OFF;
    }

    /** The whole exchange took too long; what is sent to the client is the caller's business. */
    void timedOut() {
        stats().requestTimedOut(cluster);
        if (state != State.ANSWERED) {
            attempt.unanswered(true);
        }
    }

    /** The exchange needs this no more. */
    void abandon() {
        stopTry();
        stats().upstreamEnded(cluster, status, System.nanoTime() - startNanos);
        state = State.DONE;
        companions.abandon();
        body.release();
        retries.release();
    }

    private void stopTry() {
        attempt.leave();
        waiting.cancel();
        waiting = NOTHING;
        HttpStream open = stream;
        stream = null;
        if (open != null && !(responseDone && body.sent())) {
            open.reset(ResetReason.LOCAL_RESET);
        }
    }

    private FlowStats stats() {
        return exchange.flow.parts().stats();
    }

    private void responseEndedIf(boolean endOfStream) {
        if (endOfStream) {
            responseDone = true;
            exchange.info.lastUpstreamByte = exchange.info.sinceStart();
        }
    }

    // --- again, or not

    private void tryAgainOrFail(UpstreamFailure why) {
        if (!tryAgain(retries.afterFailure(why))) {
            fail(why);
        }
    }

    private boolean tryAgain(Retries.Verdict verdict) {
        if (verdict != Retries.Verdict.RETRY || body.lost() || !notes.take(status)) {
            return false;
        }
        stopTry();
        again();
        return true;
    }

    private void again() {
        status = 0;
        responseDone = false;
        state = State.BACKING_OFF;
        waiting = exchange.worker().schedule(retries.backoffNanos(), this::ask);
    }

    private void fail(UpstreamFailure why) {
        if (companions.late() > 0) {
            waitForLate();
            return;
        }
        state = State.DONE;
        notes.over(); // flags stand in the order in which they were set
        exchange.info.flag(why.flag());
        exchange.replyOnRoute(
                exchange.flow.parts().routerHeaders().reply(why.reply(retries.retried())));
    }
}
