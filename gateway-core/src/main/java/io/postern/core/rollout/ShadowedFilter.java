package io.postern.core.rollout;

import io.postern.sdk.Body;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;

/**
 * The last good version at work on one stream, watched: when the stream has ended, the candidate
 * gets copies of the same calls. Confined to the stream's loop.
 */
final class ShadowedFilter extends ForwardedCallbacks implements Filter {
    private final VersionedFilter decides;
    private final ShadowOnWorker shadow;
    private final Recording recording = new Recording();

    ShadowedFilter(VersionOnWorker lastGood, ShadowOnWorker shadow, FilterCallbacks stream) {
        super(stream);
        this.shadow = shadow;
        this.decides = new VersionedFilter(lastGood, this);
    }

    @Override
    public FilterStatus onRequestHeaders(HeaderMap headers, boolean endOfStream) {
        recording.request.head(headers, endOfStream);
        FilterStatus status = decides.onRequestHeaders(headers, endOfStream);
        if (status == FilterStatus.CONTINUE) {
            recording.request.passed(headers);
        }
        return status;
    }

    @Override
    public FilterStatus onRequestBody(Body body, boolean endOfStream) {
        recording.request.body(body, endOfStream);
        FilterStatus status = decides.onRequestBody(body, endOfStream);
        recording.request.holds(status == FilterStatus.CONTINUE ? 0 : body.length());
        if (status == FilterStatus.CONTINUE) {
            recording.request.passed(stream.requestHeaders());
        }
        return status;
    }

    @Override
    public FilterStatus onRequestTrailers(HeaderMap trailers) {
        recording.request.trailers(trailers);
        FilterStatus status = decides.onRequestTrailers(trailers);
        if (status == FilterStatus.CONTINUE) {
            recording.request.passed(stream.requestHeaders());
        }
        return status;
    }

    @Override
    public FilterStatus onResponseHeaders(HeaderMap headers, boolean endOfStream) {
        recording.response.head(headers, endOfStream);
        FilterStatus status = decides.onResponseHeaders(headers, endOfStream);
        if (status == FilterStatus.CONTINUE) {
            recording.response.passed(headers);
        }
        return status;
    }

    @Override
    public FilterStatus onResponseBody(Body body, boolean endOfStream) {
        recording.response.body(body, endOfStream);
        FilterStatus status = decides.onResponseBody(body, endOfStream);
        recording.response.holds(status == FilterStatus.CONTINUE ? 0 : body.length());
        HeaderMap head = stream.responseHeaders();
        if (status == FilterStatus.CONTINUE && head != null) {
            recording.response.passed(head);
        }
        return status;
    }

    @Override
    public FilterStatus onResponseTrailers(HeaderMap trailers) {
        recording.response.trailers(trailers);
        FilterStatus status = decides.onResponseTrailers(trailers);
        HeaderMap head = stream.responseHeaders();
        if (status == FilterStatus.CONTINUE && head != null) {
            recording.response.passed(head);
        }
        return status;
    }

    @Override
    public void onLog() {
        decides.onLog();
        shadow.replay(recording, stream.streamInfo());
    }

    @Override
    public void onDestroy() {
        decides.onDestroy();
    }

    // What the last good version asks of the stream

    @Override
    public void resumeRequest() {
        recording.request.passed(stream.requestHeaders());
        recording.request.holds(0);
        stream.resumeRequest();
    }

    @Override
    public void resumeResponse() {
        HeaderMap head = stream.responseHeaders();
        if (head != null) {
            recording.response.passed(head);
        }
        recording.response.holds(0);
        stream.resumeResponse();
    }

    @Override
    public void sendLocalReply(LocalReply reply) {
        if (recording.reply == null) {
            recording.reply = reply;
        }
        stream.sendLocalReply(reply);
    }

    @Override
    public void resetStream() {
        recording.reset = true;
        stream.resetStream();
    }
}
