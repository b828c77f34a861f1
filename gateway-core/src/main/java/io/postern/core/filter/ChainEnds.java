package io.postern.core.filter;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.postern.core.format.StreamView;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.UpstreamEndpoint;
import io.postern.sdk.Worker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is on both sides of a {@link FilterChain}: behind the last filter the route's action, before
 * the first one the client. Confined to the event loop.
 */
public interface ChainEnds extends StreamView {
    /** The request head has passed all filters. */
    void forwardHeaders(boolean endOfStream);

    /** Request body has passed all filters; takes over {@code data}. */
    void forwardData(ByteBuf data, boolean endOfStream);

    /** The request's trailers have passed all filters. */
    void forwardTrailers();

    /** The response head has passed all filters. */
    void returnHeaders(boolean endOfStream);

    /** Response body has passed all filters; takes over {@code data}. */
    void returnData(ByteBuf data, boolean endOfStream);

    /** The response's trailers have passed all filters. */
    void returnTrailers();

    /** A local reply's head and body, past the filters of {@code through} if it is given. */
    default void returnLocal(@Nullable FilterChain through, byte[] body) {
        boolean headOnly = body.length == 0;
        if (through == null) {
            returnHeaders(headOnly);
        } else {
            through.responseHeaders(headOnly);
        }
        if (headOnly || responseEnded()) {
            return;
        }
        ByteBuf data = Unpooled.wrappedBuffer(body);
        if (through == null) {
            returnData(data, true);
        } else {
            through.responseData(data, true);
        }
    }

    /** A filter holds more (or no longer more) request bytes than the buffer limit. */
    void holdRequest(boolean hold);

    /** A filter holds more (or no longer more) response bytes than the buffer limit. */
    void holdResponse(boolean hold);

    /** A filter answers the request. */
    void localReply(LocalReply reply);

    /** A filter gave up on the stream. */
    void resetByFilter();

    /** The route is to be chosen anew. */
    void clearRouteCache();

    /** The hosts that the request may go to. */
    default List<UpstreamEndpoint> upstreamHosts() {
        return List.of();
    }

    /** A filter has chosen the host of the first try. */
    default void overrideUpstreamHost(String address, boolean strict) {}

    /** Whether nothing may be delivered any more: answered, reset or done. */
    boolean requestEnded();

    /** The same for the response. */
    boolean responseEnded();

    /** Most bytes a filter may hold of each direction before the limit acts. */
    int bufferLimitBytes();

    /** The request's trailers; null before they arrive. */
    @Nullable HeaderMap requestTrailers();

    /** The worker of the stream. */
    Worker worker();
}
