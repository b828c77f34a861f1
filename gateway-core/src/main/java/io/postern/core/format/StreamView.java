package io.postern.core.format;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.StreamInfo;
import org.jspecify.annotations.Nullable;

/** A stream as formats read it; valid until the stream is logged. Confined to the event loop. */
public interface StreamView {
    /** What is known about the stream. */
    StreamInfo streamInfo();

    /** The request head, as changed so far. */
    HeaderMap requestHeaders();

    /** The response head; null before there is one. */
    @Nullable HeaderMap responseHeaders();

    /** The response trailers; null when there are none. */
    @Nullable HeaderMap responseTrailers();

    /** Body of the local reply being made; empty when there is none. */
    byte[] localReplyBody();
}
