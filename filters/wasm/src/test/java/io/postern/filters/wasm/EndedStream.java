package io.postern.filters.wasm;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.LoggedStream;
import io.postern.sdk.StreamInfo;
import org.jspecify.annotations.Nullable;

/** What an access logger is told of; without trailers. */
record EndedStream(
        StreamInfo streamInfo, HeaderMap requestHeaders, @Nullable HeaderMap responseHeaders)
        implements LoggedStream {
    @Override
    public @Nullable HeaderMap responseTrailers() {
        return null;
    }
}
