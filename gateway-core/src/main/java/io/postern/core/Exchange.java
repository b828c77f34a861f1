package io.postern.core;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.postern.core.filter.ChainEnds;
import io.postern.core.filter.FilterChain;
import io.postern.core.headers.Peer;
import io.postern.core.http.HttpConnection;
import io.postern.core.http.HttpStream;
import io.postern.core.http.HttpStreamListener;
import io.postern.core.http.ResetReason;
import io.postern.core.runtime.WorkerLoop;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response: the state that {@link RequestFlow}'s steps work on, and the place
 * where the client's stream, the filter chain and the upstream meet.
 *
 * <pre>
 *  response:  AWAITED -> IN_FILTERS -> STARTED -> ENDED         (and ENDED from everywhere)
 *             localReply from AWAITED runs the filters, from IN_FILTERS it bypasses them,
 *             from STARTED it can only reset
 * </pre>
 *
 * <p>Confined to one event loop.
 */
final class Exchange extends ExchangeMessages implements HttpStreamListener, ChainEnds {
    /** How far the response has come. */
    enum Response {
        AWAITED,
        IN_FILTERS,
        STARTED,
        ENDED
    }

    RequestFlow flow;
    private @Nullable RequestFlow firstFlow;
    private @Nullable PendingRoute pending;
    final HttpStream client;
    final Timeouts timeouts;
    final DownstreamConnection downstream;
    final FlowControl flowControl;
    @Nullable FilterChain chain;
    @Nullable UpstreamRequest upstream;
    private Response response = Response.AWAITED;
    private boolean requestComplete;

    Exchange(
            RequestFlow flow,
            HttpStream client,
            HttpConnection.Protocol protocol,
            DownstreamConnection downstream) {
        long now = System.nanoTime();
        super(flow.newInfo(client.connection(), protocol, now));
        this.flow = flow;
        this.client = client;
        this.downstream = downstream;
        this.timeouts = new Timeouts(this, now);
        this.flowControl = new FlowControl(this);
    }

    // --- from the client

    @Override
    public void onHeaders(HeaderMap head, boolean endOfStream) {
        requestArrived(head);
        requestCompleteIf(endOfStream);
        if (!endOfStream && !Upgrades.isTunnel(head) && !info.grpc) {
            timeouts.bodyBegins();
        }
        flow.received(this, endOfStream);
    }

    @Override
    public void onData(ByteBuf data, boolean endOfStream) {
        info.bytesReceived += data.readableBytes();
        requestCompleteIf(endOfStream);
        timeouts.touched();
        filterData(data, endOfStream);
    }

    /** Whether it waits for its virtual host now. */
    boolean awaitsRoute(boolean endOfStream) {
        pending = PendingRoute.of(this, endOfStream);
        return pending != null;
    }

    /** It goes on in the flow that new requests take, and its body with it. */
    void routeArrived(boolean headOnly) {
        PendingRoute waited = requireNonNull(pending, "pending");
        pending = null;
        RequestFlow next = downstream.currentFlow();
        if (!next.equals(flow)) {
            next.users().joined();
            firstFlow = flow;
            flow = next;
        }
        flow.routed(this, headOnly);
        waited.release(this::filterData, requestComplete && requestTrailers == null);
        filterTrailers();
        flowControl.holdRequest(false);
    }

    private void filterData(ByteBuf data, boolean endOfStream) {
        if (requestEnded()) {
            data.release();
        } else if (pending != null) {
            pending.data(data);
        } else if (chain != null) {
            chain.requestData(data, endOfStream);
        } else {
            forwardData(data, endOfStream);
        }
    }

    @Override
    public void onTrailers(HeaderMap trailers) {
        requestTrailers = trailers;
        requestCompleteIf(true);
        timeouts.touched();
        filterTrailers();
    }

    private void filterTrailers() {
        if (requestTrailers == null || requestEnded() || pending != null) {
            return;
        }
        if (chain != null) {
            chain.requestTrailers();
        } else {
            forwardTrailers();
        }
    }

    @Override
    public void onReset(ResetReason reason, String detail) {
        if (response == Response.ENDED) {
            return;
        }
        info.flag(ResponseFlag.ofDownstream(reason));
        if (info.details.isEmpty() || response != Response.AWAITED) {
            info.details = detail.isEmpty() ? ResponseFlag.detailsOfDownstream(reason) : detail;
        }
        end();
    }

    @Override
    public void onWritabilityChanged(boolean writable) {
        timeouts.touched();
        flowControl.clientWritabilityChanged();
    }

    @Override
    public void onInvalidRequest(int status, String details, @Nullable HeaderMap head) {
        requestComplete = true;
        if (head != null) {
            requestArrived(head);
        }
        flow.invalid(this, status, details);
    }

    // --- behind the last filter

    @Override
    public void forwardHeaders(boolean endOfStream) {
        flow.forward(this, endOfStream);
        timeouts.requestForwardedIf(endOfStream);
    }

    @Override
    public void forwardData(ByteBuf data, boolean endOfStream) {
        if (upstream == null) {
            data.release();
            return;
        }
        upstream.data(data, endOfStream);
        timeouts.requestForwardedIf(endOfStream);
    }

    @Override
    public void forwardTrailers() {
        HeaderMap trailers = requestTrailers;
        if (upstream != null && trailers != null) {
            upstream.trailers(trailers);
            timeouts.requestForwardedIf(true);
        }
    }

    // --- from the upstream

    void upstreamHeaders(UpstreamRequest from, HeaderMap head, boolean endOfStream) {
        responseHead = head;
        response = Response.IN_FILTERS;
        flow.respond(this, from, endOfStream);
    }

    void upstreamData(ByteBuf data, boolean endOfStream) {
        timeouts.touched();
        if (responseEnded()) {
            data.release();
        } else if (chain != null) {
            chain.responseData(data, endOfStream);
        } else {
            returnData(data, endOfStream);
        }
    }

    void upstreamTrailers(HeaderMap trailers) {
        responseTrailers = trailers;
        if (responseEnded()) {
            return;
        }
        if (chain != null) {
            chain.responseTrailers();
        } else {
            returnTrailers();
        }
    }

    /** Begins again on the route chosen by now, with {@code body}: an internal redirect. */
    void restart(@Nullable ByteBuf body) {
        dropUpstream();
        chain = null;
        responseHead = null;
        response = Response.AWAITED;
        timeouts.restarted();
        flowControl.upstreamWritable(true);
        flow.filter(this, body == null && requestTrailers == null);
        if (body != null) {
            info.bytesReceived += body.readableBytes(); // once more, as in Envoy
            filterData(body, requestTrailers == null);
        }
        filterTrailers();
    }

    /** The upstream broke off after its head: what the client got must not look complete. */
    void upstreamBroke(String details) {
        info.details = details;
        resetClient();
    }

    // --- in front of the first filter

    @Override
    public void returnHeaders(boolean endOfStream) {
        response = Response.STARTED;
        flow.send(this, endOfStream);
        completeIf(endOfStream);
    }

    @Override
    public void returnData(ByteBuf data, boolean endOfStream) {
        info.bytesSent += data.readableBytes();
        client.writeData(data, endOfStream);
        timeouts.touched();
        completeIf(endOfStream);
    }

    @Override
    public void returnTrailers() {
        HeaderMap trailers = responseTrailers;
        if (trailers == null || trailers.size() == 0) {
            client.writeData(Unpooled.EMPTY_BUFFER, true);
        } else {
            client.writeTrailers(trailers);
        }
        completeIf(true);
    }

    // --- local replies and the end

    @Override
    public void localReply(LocalReply reply) {
        switch (response) {
            case AWAITED -> {
                response = Response.IN_FILTERS;
                dropUpstream();
                flow.reply(this, reply, true);
            }
            case IN_FILTERS -> {
                dropUpstream();
                flow.reply(this, reply, false);
            }
            case STARTED -> {
                info.details = reply.details();
                resetClient();
            }
            case ENDED -> {}
        }
    }

    /** The router's local reply: the route's header changes apply to it. */
    void replyOnRoute(LocalReply reply) {
        replyIsOnRoute();
        localReply(reply);
    }

    @Override
    public void resetByFilter() {
        if (response != Response.ENDED) {
            info.flag(ResponseFlag.LOCAL_RESET);
            resetClient();
        }
    }

    private void resetClient() {
        if (response != Response.ENDED) {
            client.reset(ResetReason.LOCAL_RESET);
            end();
        }
    }

    private void completeIf(boolean endOfStream) {
        if (endOfStream && response != Response.ENDED) {
            end();
        }
    }

    private void end() {
        response = Response.ENDED;
        timeouts.stop();
        dropUpstream();
        PendingRoute waits = pending;
        if (waits != null) {
            pending = null;
            waits.drop();
        }
        flow.ended(this);
        if (firstFlow != null) {
            firstFlow.users().left();
        }
    }

    private void dropUpstream() {
        UpstreamRequest request = upstream;
        if (request != null) {
            upstream = null;
            request.abandon();
        }
    }

    // --- flow control: each side is read only while the other takes

    @Override
    public void holdRequest(boolean hold) {
        flowControl.holdRequest(hold);
    }

    @Override
    public void holdResponse(boolean hold) {
        flowControl.holdResponse(hold);
    }

    private void requestCompleteIf(boolean endOfStream) {
        if (endOfStream) {
            requestComplete = true;
            info.requestReceived = info.sinceStart();
            timeouts.requestReceived();
        }
    }

    // --- what filters, formats and the steps read

    boolean requestComplete() {
        return requestComplete;
    }

    Peer peer() {
        return downstream.peer();
    }

    boolean responseStarted() {
        return response.compareTo(Response.STARTED) >= 0;
    }

    /** Answered, or over: the rest of the request goes nowhere. */
    @Override
    public boolean requestEnded() {
        return response != Response.AWAITED && upstream == null;
    }

    @Override
    public boolean responseEnded() {
        return response == Response.ENDED;
    }

    @Override
    public int bufferLimitBytes() {
        return flowControl.bufferLimitBytes();
    }

    @Override
    public WorkerLoop worker() {
        return flow.worker();
    }
}
