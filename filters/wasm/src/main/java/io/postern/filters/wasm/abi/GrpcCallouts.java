package io.postern.filters.wasm.abi;

import io.postern.sdk.HeaderMap;

/** The gRPC calls of one root context. Confined to the thread that runs the guest. */
public interface GrpcCallouts {
    /**
     * What is called.
     *
     * @param cluster empty when the target was not understood
     * @param authority empty: the cluster's name
     */
    record Request(
            String cluster,
            String authority,
            String service,
            String method,
            HeaderMap initialMetadata) {}

    /** Sends one message and expects one; the token, or a negated {@link Status}. */
    int call(Request request, byte[] message, int timeoutMillis);

    /** Opens a stream; the token, or a negated {@link Status}. */
    int stream(Request request);

    /** Sends a message on a stream; a {@link Status}. */
    int send(int token, byte[] message, boolean endOfStream);

    /** Half-closes a stream, calls off a call; a {@link Status}. */
    int close(int token);

    /** Ends a stream or call abruptly; a {@link Status}. */
    int cancel(int token);
}
