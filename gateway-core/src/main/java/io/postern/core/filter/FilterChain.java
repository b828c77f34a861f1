package io.postern.core.filter;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.postern.sdk.Body;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.StreamInfo;
import io.postern.sdk.UpstreamEndpoint;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The filters of one stream at work: request callbacks in order, response callbacks in reverse.
 *
 * <p>A filter may change the length of a body after its head has passed. A head with a {@code
 * content-length} is therefore held at the end of the chain until the first body bytes have passed,
 * too: a body that is complete then gets its true length, an edited one is sent in chunks. An edit
 * that comes still later ends the stream, because the announced length can no longer be kept.
 *
 * <p>Confined to the event loop.
 */
public final class FilterChain {
    private static final byte[] PAYLOAD_TOO_LARGE = octets("Payload Too Large");
    private static final byte[] INTERNAL_ERROR = octets("Internal Server Error");

    private final ChainEnds ends;
    private final Slot[] slots;
    private final RequestLeg request;
    private final ResponseLeg response;
    private int callbackDepth;
    private boolean endAsked;
    private boolean destroyed;

    /** Makes the stream's filters; {@code filters} in request order. */
    public FilterChain(ChainEnds ends, WorkerFilter[] filters) {
        this.ends = ends;
        int count = filters.length;
        slots = new Slot[count];
        var requestPlaces = new Leg.Place[count];
        var responsePlaces = new Leg.Place[count];
        for (int i = 0; i < count; i++) {
            requestPlaces[i] = new Leg.Place();
            responsePlaces[count - 1 - i] = new Leg.Place();
            slots[i] = new Slot(i, requestPlaces[i].body, responsePlaces[count - 1 - i].body);
        }
        request = new RequestLeg(requestPlaces);
        response = new ResponseLeg(responsePlaces);
        for (int i = 0; i < count; i++) {
            slots[i].filter = filters[i].newFilter(slots[i]);
        }
    }

    /** The request head arrived. */
    public void requestHeaders(boolean endOfStream) {
        request.headers(0, endOfStream);
    }

    /** Request body arrived; takes over {@code data}. */
    public void requestData(ByteBuf data, boolean endOfStream) {
        request.data(0, data, false, endOfStream);
    }

    /** Request trailers arrived. */
    public void requestTrailers() {
        request.trailers(0);
    }

    /** The response head arrived or was made. */
    public void responseHeaders(boolean endOfStream) {
        response.headers(0, endOfStream);
    }

    /** Response body arrived; takes over {@code data}. */
    public void responseData(ByteBuf data, boolean endOfStream) {
        response.data(0, data, false, endOfStream);
    }

    /** Response trailers arrived. */
    public void responseTrailers() {
        response.trailers(0);
    }

    /**
     * The stream has ended: lets every filter log, then destroys them. Works once. Asked for from
     * inside a filter's callback it waits until that has returned.
     */
    public void end() {
        endAsked = true;
        if (!destroyed && callbackDepth == 0) {
            destroy();
        }
    }

    private void callbackLeft() {
        callbackDepth--;
        if (endAsked) {
            end();
        }
    }

    private void destroy() {
        destroyed = true;
        request.release();
        response.release();
        for (Slot slot : slots) {
            slot.filter.onLog();
        }
        for (Slot slot : slots) {
            slot.filter.onDestroy();
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** A filter and what it may ask of the stream. */
    private final class Slot implements FilterCallbacks {
        private final int index;
        private final HeldBody requestHeld;
        private final HeldBody responseHeld;
        private Filter filter = NONE;

        Slot(int index, HeldBody requestHeld, HeldBody responseHeld) {
            this.index = index;
            this.requestHeld = requestHeld;
            this.responseHeld = responseHeld;
        }

        @Override
        public HeaderMap requestHeaders() {
            return ends.requestHeaders();
        }

        @Override
        public @Nullable HeaderMap requestTrailers() {
            return ends.requestTrailers();
        }

        @Override
        public @Nullable HeaderMap responseHeaders() {
            return ends.responseHeaders();
        }

        @Override
        public @Nullable HeaderMap responseTrailers() {
            return ends.responseTrailers();
        }

        @Override
        public @Nullable Body requestBody() {
            return requestHeld.isEmpty() ? null : requestHeld;
        }

        @Override
        public @Nullable Body responseBody() {
            return responseHeld.isEmpty() ? null : responseHeld;
        }

        @Override
        public void addResponseBody(byte[] octets) {
            responseHeld.append(Unpooled.wrappedBuffer(octets));
        }

        @Override
        public boolean injectResponseBody(byte[] octets, boolean endOfStream) {
            return !destroyed
                    && !ends.responseEnded()
                    && ends.responseHeaders() != null
                    && response.inject(slots.length - 1 - index, octets, endOfStream);
        }

        @Override
        public List<UpstreamEndpoint> upstreamHosts() {
            return ends.upstreamHosts();
        }

        @Override
        public void overrideUpstreamHost(String address, boolean strict) {
            ends.overrideUpstreamHost(address, strict);
        }

        @Override
        public void resumeRequest() {
            if (!destroyed && !ends.requestEnded()) {
                request.resume(index);
            }
        }

        @Override
        public void resumeResponse() {
            if (!destroyed && !ends.responseEnded()) {
                response.resume(slots.length - 1 - index);
            }
        }

        @Override
        public void sendLocalReply(LocalReply reply) {
            if (!destroyed) {
                ends.localReply(reply);
            }
        }

        @Override
        public void resetStream() {
            if (!destroyed) {
                ends.resetByFilter();
            }
        }

        @Override
        public void clearRouteCache() {
            if (!destroyed) {
                ends.clearRouteCache();
            }
        }

        @Override
        public StreamInfo streamInfo() {
            return ends.streamInfo();
        }

        @Override
        public Worker worker() {
            return ends.worker();
        }
    }

    private static final Filter NONE = new Filter() {};

    /** What both directions do alike for this chain. */
    private abstract class ChainLeg extends Leg {
        ChainLeg(Place[] places) {
            super(places);
        }

        @Override
        void callbackEntered() {
            callbackDepth++;
        }

        @Override
        void callbackLeft() {
            FilterChain.this.callbackLeft();
        }

        @Override
        void lengthBroken() {
            ends.resetByFilter();
        }
    }

    /** From the client to the upstream. */
    private final class RequestLeg extends ChainLeg {
        RequestLeg(Place[] places) {
            super(places);
        }

        @Override
        FilterStatus callHeaders(int index, boolean endOfStream) {
            return slots[index].filter.onRequestHeaders(ends.requestHeaders(), endOfStream);
        }

        @Override
        FilterStatus callBody(int index, HeldBody body, boolean endOfStream) {
            return slots[index].filter.onRequestBody(body, endOfStream);
        }

        @Override
        FilterStatus callTrailers(int index) {
            HeaderMap trailers = ends.requestTrailers();
            return trailers == null
                    ? FilterStatus.CONTINUE
                    : slots[index].filter.onRequestTrailers(trailers);
        }

        @Override
        HeaderMap head() {
            return ends.requestHeaders();
        }

        @Override
        void emitHeaders(boolean endOfStream) {
            ends.forwardHeaders(endOfStream);
        }

        @Override
        void emitData(ByteBuf data, boolean endOfStream) {
            ends.forwardData(data, endOfStream);
        }

        @Override
        void emitTrailers() {
            ends.forwardTrailers();
        }

        @Override
        boolean ended() {
            return ends.requestEnded();
        }

        @Override
        int limitBytes() {
            return ends.bufferLimitBytes();
        }

        @Override
        void bufferOverflow() {
            ends.localReply(LocalReply.of(413, "request_payload_too_large", PAYLOAD_TOO_LARGE));
        }

        @Override
        void hold(boolean hold) {
            ends.holdRequest(hold);
        }
    }

    /** From the upstream to the client: filters in reverse. */
    private final class ResponseLeg extends ChainLeg {
        ResponseLeg(Place[] places) {
            super(places);
        }

        private Filter filter(int index) {
            return slots[slots.length - 1 - index].filter;
        }

        @Override
        HeaderMap head() {
            HeaderMap head = ends.responseHeaders();
            if (head == null) {
                throw new IllegalStateException("bug: response callback without a response head");
            }
            return head;
        }

        @Override
        FilterStatus callHeaders(int index, boolean endOfStream) {
            return filter(index).onResponseHeaders(head(), endOfStream);
        }

        @Override
        FilterStatus callBody(int index, HeldBody body, boolean endOfStream) {
            return filter(index).onResponseBody(body, endOfStream);
        }

        @Override
        FilterStatus callTrailers(int index) {
            HeaderMap trailers = ends.responseTrailers();
            return trailers == null
                    ? FilterStatus.CONTINUE
                    : filter(index).onResponseTrailers(trailers);
        }

        @Override
        void emitHeaders(boolean endOfStream) {
            ends.returnHeaders(endOfStream);
        }

        @Override
        void emitData(ByteBuf data, boolean endOfStream) {
            ends.returnData(data, endOfStream);
        }

        @Override
        void emitTrailers() {
            ends.returnTrailers();
        }

        @Override
        boolean ended() {
            return ends.responseEnded();
        }

        @Override
        int limitBytes() {
            return ends.bufferLimitBytes();
        }

        @Override
        void bufferOverflow() {
            ends.localReply(LocalReply.of(500, "response_payload_too_large", INTERNAL_ERROR));
        }

        @Override
        void hold(boolean hold) {
            ends.holdResponse(hold);
        }
    }
}
