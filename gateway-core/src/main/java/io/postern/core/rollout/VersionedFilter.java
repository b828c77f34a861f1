package io.postern.core.rollout;

import io.postern.sdk.Body;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;

/**
 * One version of a filter at work on one stream, and what that costs. The clock stands while the
 * stream does what the filter asked for: what other filters take is not this one's. Confined to the
 * stream's loop.
 */
final class VersionedFilter extends ForwardedCallbacks implements Filter {
    private final VersionOnWorker version;
    private final Filter filter;
    private int depth;
    private long since;
    private long fuelBefore;
    private long nanos;
    private long fuel;
    private boolean answered;
    private boolean ended;

    VersionedFilter(VersionOnWorker version, FilterCallbacks stream) {
        super(stream);
        this.version = version;
        version.began();
        this.filter = version.part().newFilter(this);
    }

    // The clock

    private void enter() {
        if (depth++ == 0) {
            go();
        }
    }

    private void leave() {
        if (--depth == 0) {
            stop();
        }
    }

    private void go() {
        fuelBefore = version.usage().fuel();
        since = version.now();
    }

    private void stop() {
        nanos += version.now() - since;
        fuel += version.usage().fuel() - fuelBefore;
        version.lookForFailures();
    }

    /** What the filter asks the stream for goes by without it. */
    private void outside(Runnable asked) {
        int inside = pause();
        try {
            asked.run();
        } finally {
            goOn(inside);
        }
    }

    private int pause() {
        int inside = depth;
        if (inside > 0) {
            stop();
        }
        depth = 0;
        return inside;
    }

    private void goOn(int inside) {
        depth = inside;
        if (inside > 0) {
            go();
        }
    }

    // What the stream tells the filter

    @Override
    public FilterStatus onRequestHeaders(HeaderMap headers, boolean endOfStream) {
        enter();
        try {
            return filter.onRequestHeaders(headers, endOfStream);
        } finally {
            leave();
        }
    }

    @Override
    public FilterStatus onRequestBody(Body body, boolean endOfStream) {
        enter();
        try {
            return filter.onRequestBody(body, endOfStream);
        } finally {
            leave();
        }
    }

    @Override
    public FilterStatus onRequestTrailers(HeaderMap trailers) {
        enter();
        try {
            return filter.onRequestTrailers(trailers);
        } finally {
            leave();
        }
    }

    @Override
    public FilterStatus onResponseHeaders(HeaderMap headers, boolean endOfStream) {
        enter();
        try {
            return filter.onResponseHeaders(headers, endOfStream);
        } finally {
            leave();
        }
    }

    @Override
    public FilterStatus onResponseBody(Body body, boolean endOfStream) {
        enter();
        try {
            return filter.onResponseBody(body, endOfStream);
        } finally {
            leave();
        }
    }

    @Override
    public FilterStatus onResponseTrailers(HeaderMap trailers) {
        enter();
        try {
            return filter.onResponseTrailers(trailers);
        } finally {
            leave();
        }
    }

    @Override
    public void onLog() {
        endsWith(stream.streamInfo().responseCode());
    }

    /** The last thing to be measured; works once. */
    void endsWith(int status) {
        enter();
        try {
            filter.onLog();
        } finally {
            leave();
        }
        if (!ended) {
            ended = true;
            version.ended(status, nanos, fuel, answered);
        }
    }

    @Override
    public void onDestroy() {
        filter.onDestroy();
        version.lookForFailures();
    }

    // What the filter asks of the stream

    @Override
    public void resumeRequest() {
        outside(stream::resumeRequest);
    }

    @Override
    public void resumeResponse() {
        outside(stream::resumeResponse);
    }

    @Override
    public void sendLocalReply(LocalReply reply) {
        answered = true;
        outside(() -> stream.sendLocalReply(reply));
    }

    @Override
    public void resetStream() {
        outside(stream::resetStream);
    }

    @Override
    public void clearRouteCache() {
        outside(stream::clearRouteCache);
    }

    @Override
    public boolean injectResponseBody(byte[] octets, boolean endOfStream) {
        int inside = pause();
        try {
            return stream.injectResponseBody(octets, endOfStream);
        } finally {
            goOn(inside);
        }
    }
}
