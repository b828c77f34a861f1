package io.postern.core.http;

import java.util.concurrent.TimeUnit;

/**
 * The end of a connection in two steps, so that no stream is lost on its way (RFC 9113 section
 * 6.8): the first GOAWAY names no stream, the second, a while later, the last one served; the
 * connection closes when that one and all before it are done. Confined to the event loop.
 */
final class Http2Drain {
    private final Http2Codec codec;
    private boolean begun;
    private boolean lastStreamNamed;

    Http2Drain(Http2Codec codec) {
        this.codec = codec;
    }

    boolean hasBegun() {
        return begun;
    }

    /** The peer drains: there will be no new streams, but our own GOAWAY is not due. */
    void heardFromPeer() {
        begun = true;
    }

    /** Begins; new streams are served for {@code graceNanos} more. */
    void begin(long graceNanos) {
        if (begun) {
            return;
        }
        begun = true;
        codec.sendGoAway(Integer.MAX_VALUE);
        if (graceNanos == 0) {
            nameLastStream();
        } else {
            var _ =
                    codec.context()
                            .executor()
                            .schedule(this::nameLastStream, graceNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void nameLastStream() {
        if (!codec.isGone()) {
            lastStreamNamed = true;
            codec.sendGoAway(codec.connection().remote().lastStreamCreated());
            closeWhenIdle();
        }
    }

    /** To be asked after every end of a stream. */
    void closeWhenIdle() {
        if (lastStreamNamed && codec.connection().numActiveStreams() == 0) {
            codec.flushAndClose();
        }
    }
}
