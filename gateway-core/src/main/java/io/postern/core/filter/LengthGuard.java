package io.postern.core.filter;

import io.netty.buffer.ByteBuf;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;

/**
 * Keeps {@code content-length} true when filters edit a body: see {@link FilterChain}. A wrong
 * length would desynchronise the connection (RFC 9112 section 6.3). Confined to the event loop.
 */
final class LengthGuard {
    private static final HeaderName EXPECT = HeaderName.of("expect");

    private boolean holding;
    private boolean promised;

    /** The head has passed the filters; true: it is held until the body has, too. */
    boolean holdsHead(HeaderMap head, boolean endOfStream) {
        holding =
                !endOfStream && head.contains(HeaderName.CONTENT_LENGTH) && !head.contains(EXPECT);
        return holding;
    }

    /** Body has passed the filters; true: the head is to be sent now, before it. */
    boolean releasesHead(HeaderMap head, ByteBuf data, boolean edited, boolean endOfStream) {
        if (!holding) {
            return false;
        }
        holding = false;
        if (edited && endOfStream) {
            head.set(HeaderName.CONTENT_LENGTH, Integer.toString(data.readableBytes()));
        } else if (edited) {
            head.remove(HeaderName.CONTENT_LENGTH);
        }
        promised = head.contains(HeaderName.CONTENT_LENGTH) && !endOfStream;
        return true;
    }

    /** Trailers came without body: true when the head is to be sent before them. */
    boolean releasesHeadForTrailers(HeaderMap head) {
        boolean held = holding;
        holding = false;
        if (held) {
            head.remove(HeaderName.CONTENT_LENGTH);
        }
        return held;
    }

    /** Whether an edit came after the length had been announced. */
    boolean broken(boolean edited) {
        return promised && edited;
    }
}
