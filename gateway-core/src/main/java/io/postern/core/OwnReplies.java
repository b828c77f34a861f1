package io.postern.core;

import io.postern.core.filter.MissingFilterFactory;
import io.postern.core.http.HttpConnection;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;

/**
 * What the gateway answers itself, and what becomes of a connection that sent something bad.
 * Confined to the worker.
 */
final class OwnReplies {
    private final FlowParts parts;

    OwnReplies(FlowParts parts) {
        this.parts = parts;
    }

    /**
     * Gives the exchange the head of a reply, in the form that the connection manager wants.
     *
     * @return the body that follows the head
     */
    byte[] prepare(Exchange exchange, LocalReply reply) {
        exchange.info.details = reply.details();
        if (reply.status() == 400) {
            closeUnlessLenient(exchange);
        } else if (reply.equals(MissingFilterFactory.REPLY)) {
            exchange.info.flag(ResponseFlag.NO_FILTER_CONFIG_FOUND);
        }
        HeaderMap head = LocalReplies.head(reply);
        exchange.replyHeaders(head, reply.body());
        if (exchange.takeReplyOnRoute()) {
            parts.finalizeResponse(exchange, head);
        }
        String type = parts.localReplies().apply(exchange, parts.scratch());
        return LocalReplies.complete(
                head,
                exchange.localReplyBody(),
                type,
                reply,
                exchange.requestHeaders(),
                exchange.info.grpc);
    }

    /** Answers a request whose head could not be parsed. */
    void refuse(Exchange exchange, int status, String details) {
        if (status != 408 && !details.equals("missing_host_header")) {
            exchange.info.flag(ResponseFlag.DOWNSTREAM_PROTOCOL_ERROR);
        }
        HttpConnection connection = exchange.client.connection();
        if (connection.protocol() != HttpConnection.Protocol.HTTP_2) {
            connection.drain();
        }
        exchange.localReply(RouteReplies.invalid(status, details));
    }

    // After a bad request the rest of an HTTP/1 connection is not trusted, whoever found it bad; an
    // HTTP/2 stream does not touch its neighbours.
    private void closeUnlessLenient(Exchange exchange) {
        HttpConnection connection = exchange.client.connection();
        if (connection.protocol() != HttpConnection.Protocol.HTTP_2
                && !parts.manager().http1().overrideStreamErrorOnInvalidMessage()) {
            connection.drain();
        }
    }
}
