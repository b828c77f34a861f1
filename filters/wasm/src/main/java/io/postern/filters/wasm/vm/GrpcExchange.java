package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.abi.GrpcCode;
import io.postern.sdk.Body;
import io.postern.sdk.ClientStream;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One gRPC call or stream on its way. A call tells the guest of its one message, or of its failure;
 * a stream of everything. Confined to the machine's loop.
 *
 * <p>Source: Envoy's {@code Grpc::AsyncClientImpl} and {@code GrpcCallClientHandler}.
 */
final class GrpcExchange implements ClientStream.Listener {
    private static final String VIA_UPSTREAM = "via_upstream";

    private static final HeaderName GRPC_STATUS = HeaderName.of("grpc-status");
    private static final HeaderName GRPC_MESSAGE = HeaderName.of("grpc-message");
    private static final HeaderMap NOTHING = new HeaderMap();

    private final GrpcTraffic traffic;
    private final int token;
    private final GrpcMessages messages = new GrpcMessages();
    private final ArrayDeque<byte[]> early = new ArrayDeque<>();
    private @Nullable ClientStream stream;
    private byte @Nullable [] answer;
    private boolean earlyEnd;
    private boolean localEnd;
    private boolean remoteEnd;

    GrpcExchange(GrpcTraffic traffic, int token) {
        this.traffic = traffic;
        this.token = token;
    }

    int token() {
        return token;
    }

    private boolean isCall() {
        return CalloutIds.kind(token) == CalloutIds.GRPC_CALL;
    }

    void opened(ClientStream opened) {
        stream = opened;
        while (!early.isEmpty()) {
            byte[] next = early.remove();
            opened.send(next, earlyEnd && early.isEmpty());
        }
    }

    /** Sends a message; without one it only ends the request. */
    void send(byte @Nullable [] message, boolean end) {
        if (localEnd) {
            return;
        }
        localEnd = end;
        byte[] bytes = message == null ? new byte[0] : GrpcMessages.frame(message);
        ClientStream open = stream;
        if (open == null) {
            early.add(bytes);
            earlyEnd |= end;
        } else {
            open.send(bytes, end);
        }
    }

    void reset() {
        remoteEnd = true;
        if (stream != null) {
            stream.reset();
        }
    }

    boolean isLocallyClosed() {
        return localEnd;
    }

    boolean isRemotelyClosed() {
        return remoteEnd;
    }

    @Override
    public void onHeaders(HeaderMap headers, boolean endOfStream) {
        if (!isCall()) {
            traffic.onInitialMetadata(token, endOfStream ? NOTHING : headers);
        }
        boolean hasStatus = headers.contains(GRPC_STATUS);
        int line = headers.indexOf(HeaderName.STATUS);
        if (line >= 0 && !headers.valueIs(line, "200") && !(endOfStream && hasStatus)) {
            fail(GrpcCode.ofHttp(headers.value(line)));
        } else if (endOfStream) {
            onTrailers(headers);
        }
    }

    @Override
    public void onData(Body bytes, boolean endOfStream) {
        if (remoteEnd) {
            return;
        }
        messages.add(bytes);
        for (byte[] message = messages.next(); message != null; message = messages.next()) {
            if (isCall()) {
                answer = message;
            } else {
                traffic.onMessage(token, message);
            }
            if (remoteEnd) {
                return; // the guest has called it off
            }
        }
        if (messages.isUnreadable()) {
            fail(GrpcCode.INTERNAL);
        } else if (endOfStream) {
            fail(GrpcCode.UNKNOWN); // without a status
        }
    }

    @Override
    public void onTrailers(HeaderMap trailers) {
        if (remoteEnd) {
            return;
        }
        if (!isCall()) {
            traffic.onTrailingMetadata(token, trailers);
        }
        String message = trailers.get(GRPC_MESSAGE);
        closed(status(trailers.get(GRPC_STATUS)), message == null ? "" : message, VIA_UPSTREAM);
    }

    private static int status(@Nullable String text) {
        try {
            return text == null ? GrpcCode.UNKNOWN : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return GrpcCode.UNKNOWN;
        }
    }

    @Override
    public void onFailure(LocalReply reply) {
        if (remoteEnd) {
            return;
        }
        String text = new String(reply.body(), StandardCharsets.UTF_8);
        if (!isCall()) {
            traffic.onInitialMetadata(token, NOTHING);
            var trailers = // as the gateway answers a gRPC client
                    HeaderMap.of(
                            ":status",
                            "200",
                            "content-type",
                            "application/grpc",
                            "grpc-status",
                            Integer.toString(GrpcCode.UNAVAILABLE),
                            "grpc-message",
                            text);
            traffic.onTrailingMetadata(token, trailers);
        }
        closed(GrpcCode.UNAVAILABLE, text, reply.details());
    }

    @Override
    public void onReset() {
        fail(GrpcCode.INTERNAL);
    }

    private void fail(int status) {
        if (!remoteEnd) {
            if (stream != null) {
                stream.reset();
            }
            if (!isCall()) {
                traffic.onTrailingMetadata(token, NOTHING);
            }
            closed(status, "", VIA_UPSTREAM);
        }
    }

    // The message as Envoy has it, with why the response ended.
    private void closed(int status, String text, String details) {
        remoteEnd = true;
        String message = text.isEmpty() ? details : text + "{" + details + "}";
        byte[] single = answer;
        if (isCall() && status == GrpcCode.OK && single != null) {
            traffic.onAnswer(token, single);
        } else if (isCall() && status == GrpcCode.OK) {
            traffic.onClose(token, GrpcCode.INTERNAL, ""); // an answer without a message
        } else {
            traffic.onClose(token, status, message);
        }
    }
}
