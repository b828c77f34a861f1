package io.postern.core.network;

import io.postern.core.format.StreamView;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.StreamInfo;
import org.jspecify.annotations.Nullable;

/** A connection that is no HTTP, as access logs see it. Confined to its event loop. */
public record LoggedConnection(StreamInfo streamInfo, HeaderMap requestHeaders)
        implements StreamView {
    private static final byte[] NO_BODY = {};

    /** A connection that has ended. */
    public LoggedConnection(StreamInfo info) {
        this(info, new HeaderMap());
    }

    @Override
    public @Nullable HeaderMap responseHeaders() {
        return null;
    }

    @Override
    public @Nullable HeaderMap responseTrailers() {
        return null;
    }

    @Override
    public String logType() {
        return "TcpConnectionEnd";
    }

    @Override
    public byte[] localReplyBody() {
        return NO_BODY;
    }
}
