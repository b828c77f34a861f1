package io.postern.core.format;

import io.postern.sdk.LoggedStream;

/** A stream as formats read it; valid until the stream is logged. Confined to the event loop. */
public interface StreamView extends LoggedStream {
    /** Body of the local reply being made; empty when there is none. */
    byte[] localReplyBody();

    /** What its entry in a log is about. Source: {@code envoy.data.accesslog.v3.AccessLogType}. */
    default String logType() {
        return "DownstreamEnd";
    }
}
