package io.postern.filters.wasm.abi;

import io.postern.sdk.Body;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.StreamInfo;
import io.postern.sdk.TraceContext;
import io.postern.sdk.UpstreamEndpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A root or stream context as host calls see it. What is there depends on the callback that runs:
 * as in Envoy, a header map can be had in its own callback and while the plugin holds it.
 */
public interface CallContext {
    /** The plugin this context belongs to. */
    PluginIdentity plugin();

    /** The header map of this type for reading, or null when it cannot be had now. */
    @Nullable HeaderMap readableMap(int type);

    /** The header map of this type for changing, or null when it cannot be had now. */
    @Nullable HeaderMap writableMap(int type);

    /** Whether the stream has ended and is being logged: maps that are not there are empty then. */
    boolean isLogging();

    /** The status of the response that has come, or 0. */
    int responseStatus();

    /** The buffer of this type, {@link Buffers#EMPTY} when it is empty; null: none of that kind. */
    @Nullable Body buffer(int type);

    /** The stream, or null in a root context. */
    @Nullable StreamInfo streamInfo();

    /** The trace that the stream belongs to; null: none, or there is no stream. */
    @Nullable TraceContext trace();

    /** The request head was changed: the route may be another one. */
    void clearRouteCache();

    /** {@code proxy_continue_stream}; takes effect when the guest has returned. */
    int continueStream(int type);

    /** {@code proxy_close_stream}; takes effect when the guest has returned. */
    int closeStream(int type);

    /** {@code proxy_send_local_response}; takes effect when the guest has returned. */
    void sendLocalReply(LocalReply reply);

    /** The hosts that the request may go to; null where there is no request. */
    default @Nullable List<UpstreamEndpoint> upstreamHosts() {
        return null;
    }

    /** Has the request go to the host at this address; a {@link Status}. */
    default int overrideUpstreamHost(String address) {
        return Status.BAD_ARGUMENT;
    }

    /** Sends response body of the plugin's own when the guest has returned; a {@link Status}. */
    default int injectResponseBody(byte[] octets, boolean endOfStream) {
        return Status.BAD_ARGUMENT;
    }

    /** Sets the tick period of the root context; 0 stops ticking. */
    void setTickPeriod(int millis);

    /** Code and message of the last failed call, for {@code proxy_get_status}. */
    int statusCode();

    /** See {@link #statusCode}. */
    byte[] statusMessage();

    /**
     * Says that the property can be set only once, or often; a {@link Status}.
     *
     * @param name without the prefix that it has in filter state
     */
    int declareProperty(String name, boolean readOnly);

    /** Whether the property was declared to be set only once. */
    boolean isReadOnly(String name);

    /** gRPC calls, whose answers go to the root context. */
    GrpcCallouts grpc();

    /** Redis calls, whose answers go to the root context. */
    RedisCallouts redis();

    /**
     * Starts an HTTP call whose answer goes to the root context.
     *
     * @return its token, or a negated {@link Status}
     */
    int httpCall(
            String cluster, HeaderMap headers, byte[] body, HeaderMap trailers, int timeoutMillis);
}
