package io.postern.core;

import io.netty.buffer.ByteBuf;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.RouteTable;
import io.postern.core.runtime.WorkerLoop;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits for its virtual host, before any filter has seen it. What arrives of its
 * body is held, within the buffer limit. Confined to the event loop; it owns what it holds.
 *
 * <p>Source: {@code envoy.filters.http.on_demand}.
 */
final class PendingRoute {
    private static final LocalReply TOO_LARGE =
            LocalReply.of(
                    413,
                    "request_payload_too_large",
                    "Payload Too Large".getBytes(StandardCharsets.US_ASCII));

    private final Exchange exchange;
    private final boolean headOnly;
    private final Queue<ByteBuf> held = new ArrayDeque<>();
    private int heldBytes;

    private PendingRoute(Exchange exchange, boolean headOnly) {
        this.exchange = exchange;
        this.headOnly = headOnly;
    }

    /** Whether {@code exchange} has to wait; null: it goes on as it is. */
    static @Nullable PendingRoute of(Exchange exchange, boolean endOfStream) {
        FlowParts parts = exchange.flow.parts();
        VirtualHostRequests requests = parts.virtualHosts();
        RouteTable table =
                requests == null ? null : parts.routes().incompleteFor(exchange.requestHeaders());
        ConfigSource source = table == null ? null : table.more();
        String host = exchange.requestHeaders().get(HeaderName.AUTHORITY);
        if (requests == null || table == null || source == null || host == null) {
            return null;
        }
        var pending = new PendingRoute(exchange, endOfStream);
        exchange.flowControl.holdRequest(true);
        WorkerLoop worker = exchange.flow.worker();
        requests.ask(source, table.name(), host, () -> worker.execute(pending::answered));
        return pending;
    }

    void data(ByteBuf data) {
        heldBytes += data.readableBytes();
        held.add(data);
        if (heldBytes > exchange.flow.parts().limits().bufferLimitBytes()) {
            exchange.localReply(TOO_LARGE);
        }
    }

    private void answered() {
        if (exchange.responseEnded()) {
            drop();
        } else {
            exchange.routeArrived(headOnly);
        }
    }

    /** Takes the body on, for as long as anybody wants it. */
    interface Body {
        /** Takes over {@code data}. */
        void accept(ByteBuf data, boolean endOfStream);
    }

    /** Hands on what is held; {@code last}: the request ends with it. */
    void release(Body body, boolean last) {
        while (!held.isEmpty() && !exchange.requestEnded()) {
            ByteBuf data = held.remove();
            body.accept(data, last && held.isEmpty());
        }
        drop();
    }

    /** The exchange is over. */
    void drop() {
        while (!held.isEmpty()) {
            held.remove().release();
        }
    }
}
