package io.postern.core.upstream;

import io.netty.buffer.ByteBuf;
import io.postern.core.http.HttpConnection.Protocol;
import io.postern.core.http.HttpStream;
import io.postern.core.http.HttpStreamListener;
import io.postern.core.http.ResetReason;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.Worker.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A request that is tried again as the router does it: with permits, back-off, a time-out for each
 * try and hosts that it avoids. It ends exactly once, or says so.
 */
final class SimulatedRequest implements StreamRequester, LoadBalancerContext, HttpStreamListener {
    private static final Cancellable NOTHING = () -> {};
    private static final Duration TRY = Duration.ofMillis(500);

    private enum State {
        ASKING,
        OPEN,
        WAITING,
        ENDED
    }

    private final PoolRig rig;
    private final Random random;
    private final List<UpstreamHost> tried = new ArrayList<>();
    private State state = State.ASKING;
    private int retries;
    private boolean permit;
    private Cancellable waiting = NOTHING;
    private Cancellable timer = NOTHING;
    private @Nullable HttpStream stream;
    private @Nullable UpstreamHost host;

    SimulatedRequest(PoolRig rig, Random random) {
        this.rig = rig;
        this.random = random;
        this.retries = random.nextInt(4);
        ask();
    }

    boolean isEnded() {
        return state == State.ENDED;
    }

    private void ask() {
        state = State.ASKING;
        timer = rig.worker.schedule(TRY.toNanos(), this::onTimeout);
        Cancellable asked = rig.cluster.request(this, this);
        if (state == State.ASKING) {
            waiting = asked;
        }
    }

    /** The client is gone. */
    void abandon() {
        if (state != State.ENDED) {
            stopTry();
            end();
        }
    }

    private void onTimeout() {
        expect(State.ASKING, State.OPEN);
        UpstreamHost silent = host;
        stopTry();
        if (silent != null) {
            silent.onNoResponse(true);
        }
        again();
    }

    private void stopTry() {
        waiting.cancel();
        waiting = NOTHING;
        timer.cancel();
        HttpStream open = stream;
        stream = null;
        host = null;
        if (open != null) {
            open.reset(ResetReason.LOCAL_RESET);
        }
    }

    private void again() {
        release();
        if (retries == 0 || !rig.cluster.tryRetry(false)) {
            end();
            return;
        }
        retries--;
        permit = true;
        state = State.WAITING;
        waiting = rig.worker.schedule(random.nextLong(1, 200_000_000), this::ask);
    }

    private void end() {
        release();
        timer.cancel();
        state = State.ENDED;
    }

    private void release() {
        if (permit) {
            permit = false;
            rig.cluster.retryEnded(false);
        }
    }

    private void expect(State... allowed) {
        if (!List.of(allowed).contains(state)) {
            throw new AssertionError("heard something while " + state);
        }
    }

    @Override
    public void onStreamReady(HttpStream ready, UpstreamHost chosen) {
        expect(State.ASKING);
        waiting = NOTHING;
        state = State.OPEN;
        stream = ready;
        host = chosen;
        tried.add(chosen);
    }

    @Override
    public void onStreamFailure(Failure failure, @Nullable UpstreamHost chosen, String text) {
        expect(State.ASKING);
        waiting = NOTHING;
        timer.cancel();
        if (chosen != null) {
            tried.add(chosen);
            if (failure != Failure.OVERFLOW) {
                chosen.onNoResponse(false);
            }
        }
        if (failure == Failure.NO_HEALTHY_HOST || failure == Failure.OVERFLOW) {
            end();
        } else {
            again();
        }
    }

    @Override
    public void onHeaders(HeaderMap head, boolean endOfStream) {
        expect(State.OPEN);
        int status = Integer.parseInt(String.valueOf(head.get(HeaderName.STATUS)));
        UpstreamHost answering = host;
        if (answering != null) {
            answering.onResponse(status);
        }
        timer.cancel();
        stream = null;
        host = null;
        if (status >= 500) {
            again();
        } else {
            end();
        }
    }

    @Override
    public void onReset(ResetReason reason, String detail) {
        expect(State.OPEN);
        UpstreamHost silent = host;
        stream = null;
        host = null;
        timer.cancel();
        if (silent != null) {
            silent.onNoResponse(false);
        }
        again();
    }

    @Override
    public HttpStreamListener streamListener() {
        return this;
    }

    @Override
    public boolean highPriority() {
        return false;
    }

    @Override
    public Protocol downstream() {
        return Protocol.HTTP_1_1;
    }

    @Override
    public int hostAttempts() {
        return 2;
    }

    @Override
    public boolean refuses(UpstreamHost other) {
        return tried.contains(other);
    }

    @Override
    public void onData(ByteBuf data, boolean endOfStream) {
        data.release();
    }

    @Override
    public void onTrailers(HeaderMap trailers) {}

    @Override
    public void onWritabilityChanged(boolean writable) {}
}
