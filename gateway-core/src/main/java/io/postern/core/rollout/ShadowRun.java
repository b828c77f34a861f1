package io.postern.core.rollout;

import io.postern.sdk.Body;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.StreamInfo;
import io.postern.sdk.Worker;
import org.jspecify.annotations.Nullable;

/**
 * A candidate's part in an exchange that has ended: it gets copies of what the last good version
 * got, and whatever it asks for is only written down. Confined to the worker's loop.
 */
final class ShadowRun implements FilterCallbacks {
    private final Recording recording;
    private final StreamInfo info;
    private final Worker worker;
    private final Leg request;
    private @Nullable Leg response;
    private @Nullable LocalReply reply;
    private boolean reset;

    /** One direction of it. */
    private static final class Leg {
        private final HeaderMap head;
        private final ReplayedBody body;
        private @Nullable HeaderMap trailers;
        private @Nullable HeaderMap headAfter;
        private boolean held;
        private boolean showsBody;

        Leg(Recording.Message message, HeaderMap seen) {
            head = Recording.copy(seen);
            body = new ReplayedBody(message.octets());
            trailers = message.trailers == null ? null : Recording.copy(message.trailers);
        }

        void resume() {
            held = false;
            if (headAfter == null) {
                headAfter = Recording.copy(head);
            }
        }

        void after(FilterStatus status) {
            switch (status) {
                case CONTINUE -> resume();
                case PAUSE -> held = headAfter == null;
                case PAUSE_HEADERS -> held = false;
            }
        }
    }

    /** The callbacks of one direction. */
    private interface Callbacks {
        FilterStatus head(HeaderMap head, boolean end);

        FilterStatus body(Body body, boolean end);

        FilterStatus trailers(HeaderMap trailers);
    }

    /** {@code head} is that of the recorded request. */
    ShadowRun(Recording recording, HeaderMap head, StreamInfo info, Worker worker) {
        this.recording = recording;
        this.info = info;
        this.worker = worker;
        this.request = new Leg(recording.request, head);
    }

    /** Lets {@code candidate} have the exchange. */
    void run(VersionedFilter candidate) {
        play(recording.request, request, requestOf(candidate));
        HeaderMap seen = recording.response.head;
        if (passesRequest() && recording.reply == null && seen != null) {
            var leg = new Leg(recording.response, seen);
            response = leg;
            play(recording.response, leg, responseOf(candidate));
        }
        candidate.endsWith(reply == null ? info.responseCode() : reply.status());
        candidate.onDestroy();
    }

    private void play(Recording.Message message, Leg leg, Callbacks filter) {
        HeaderMap trailers = leg.trailers;
        boolean headOnly = !message.hasBody() && trailers == null;
        leg.after(filter.head(leg.head, headOnly && message.isWhole()));
        if (isOver() || leg.held) {
            return;
        }
        if (message.hasBody() && message.isWhole()) {
            leg.showsBody = true;
            leg.after(filter.body(leg.body, trailers == null));
        }
        if (trailers != null && !isOver()) {
            leg.after(filter.trailers(trailers));
        }
    }

    private boolean isOver() {
        return reply != null || reset;
    }

    private static Callbacks requestOf(VersionedFilter filter) {
        return new Callbacks() {
            @Override
            public FilterStatus head(HeaderMap head, boolean end) {
                return filter.onRequestHeaders(head, end);
            }

            @Override
            public FilterStatus body(Body body, boolean end) {
                return filter.onRequestBody(body, end);
            }

            @Override
            public FilterStatus trailers(HeaderMap trailers) {
                return filter.onRequestTrailers(trailers);
            }
        };
    }

    private static Callbacks responseOf(VersionedFilter filter) {
        return new Callbacks() {
            @Override
            public FilterStatus head(HeaderMap head, boolean end) {
                return filter.onResponseHeaders(head, end);
            }

            @Override
            public FilterStatus body(Body body, boolean end) {
                return filter.onResponseBody(body, end);
            }

            @Override
            public FilterStatus trailers(HeaderMap trailers) {
                return filter.onResponseTrailers(trailers);
            }
        };
    }

    // What came of it

    /** The answer that it would have given; null: none. */
    @Nullable LocalReply reply() {
        return reply;
    }

    boolean hasReset() {
        return reset;
    }

    boolean passesRequest() {
        return !isOver() && request.headAfter != null;
    }

    /** The request head that it would have sent on; null: none. */
    @Nullable HeaderMap requestAfter() {
        return request.headAfter;
    }

    /** The response head that it would have sent on; null: none, or there was no response. */
    @Nullable HeaderMap responseAfter() {
        return response == null ? null : response.headAfter;
    }

    // What the candidate sees and asks for

    @Override
    public HeaderMap requestHeaders() {
        return request.head;
    }

    @Override
    public @Nullable HeaderMap requestTrailers() {
        return request.trailers;
    }

    @Override
    public @Nullable HeaderMap responseHeaders() {
        return response == null ? null : response.head;
    }

    @Override
    public @Nullable HeaderMap responseTrailers() {
        return response == null ? null : response.trailers;
    }

    @Override
    public @Nullable Body requestBody() {
        return request.showsBody ? request.body : null;
    }

    @Override
    public @Nullable Body responseBody() {
        Leg leg = response;
        return leg != null && leg.showsBody ? leg.body : null;
    }

    @Override
    public void addResponseBody(byte[] octets) {
        // goes nowhere
    }

    @Override
    public boolean injectResponseBody(byte[] octets, boolean endOfStream) {
        return response != null; // goes nowhere
    }

    @Override
    public void resumeRequest() {
        request.resume();
    }

    @Override
    public void resumeResponse() {
        if (response != null) {
            response.resume();
        }
    }

    @Override
    public void sendLocalReply(LocalReply wanted) {
        if (reply == null) {
            reply = wanted;
        }
    }

    @Override
    public void resetStream() {
        reset = true;
    }

    @Override
    public void clearRouteCache() {
        // goes nowhere
    }

    @Override
    public StreamInfo streamInfo() {
        return info;
    }

    @Override
    public Worker worker() {
        return worker;
    }
}
