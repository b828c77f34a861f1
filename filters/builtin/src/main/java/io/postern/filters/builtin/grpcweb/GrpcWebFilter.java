package io.postern.filters.builtin.grpcweb;

import io.postern.sdk.Body;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns gRPC-Web requests into gRPC ones and the answers back: text bodies are decoded, response
 * trailers become the last frame of the body.
 *
 * <p>Source: Envoy's grpc_web filter; "gRPC Web" of the gRPC project. Confined to the event loop.
 */
final class GrpcWebFilter implements Filter {
    private static final Set<String> TYPES =
            Set.of(
                    "application/grpc-web",
                    "application/grpc-web+proto",
                    "application/grpc-web-text",
                    "application/grpc-web-text+proto");
    private static final Set<String> TEXT_TYPES =
            Set.of("application/grpc-web-text", "application/grpc-web-text+proto");
    private static final HeaderName ACCEPT = HeaderName.of("accept");
    private static final HeaderName ACCEPT_ENCODING = HeaderName.of("grpc-accept-encoding");
    private static final HeaderName TE = HeaderName.of("te");
    private static final byte[] NOTHING = {};

    private final FilterCallbacks callbacks;
    private boolean web;
    private boolean textRequest;
    private boolean textResponse;
    private byte[] undecoded = NOTHING;
    private final Base64Frames frames = new Base64Frames();
    private @Nullable PlainAnswer plain;

    GrpcWebFilter(FilterCallbacks callbacks) {
        this.callbacks = callbacks;
    }

    @Override
    public FilterStatus onRequestHeaders(HeaderMap headers, boolean endOfStream) {
        String type = headers.get(HeaderName.CONTENT_TYPE);
        web = type != null && TYPES.contains(type) && headers.contains(HeaderName.PATH);
        if (!web) {
            return FilterStatus.CONTINUE;
        }
        textRequest = TEXT_TYPES.contains(type);
        String accepted = headers.get(ACCEPT);
        textResponse = accepted != null && TEXT_TYPES.contains(accepted);
        headers.remove(HeaderName.CONTENT_LENGTH);
        headers.set(HeaderName.CONTENT_TYPE, "application/grpc");
        headers.set(TE, "trailers");
        if (!headers.contains(ACCEPT_ENCODING)) {
            headers.add(ACCEPT_ENCODING, "identity");
        }
        return FilterStatus.CONTINUE;
    }

    @Override
    public FilterStatus onRequestBody(Body body, boolean endOfStream) {
        if (!web || !textRequest) {
            return FilterStatus.CONTINUE;
        }
        int available = undecoded.length + body.length();
        if (endOfStream && available % 4 != 0) {
            return refuse("grpc_base_64_decode_failed_bad_size");
        }
        byte[] text = new byte[available];
        System.arraycopy(undecoded, 0, text, 0, undecoded.length);
        body.copyTo(0, text, undecoded.length, body.length());
        int whole = available / 4 * 4;
        undecoded = new byte[available - whole];
        System.arraycopy(text, whole, undecoded, 0, undecoded.length);
        try {
            byte[] ready = new byte[whole];
            System.arraycopy(text, 0, ready, 0, whole);
            byte[] octets = Base64.getDecoder().decode(ready);
            body.replace(0, body.length(), octets, 0, octets.length);
            return FilterStatus.CONTINUE;
        } catch (IllegalArgumentException _) {
            return refuse("grpc_base_64_decode_failed");
        }
    }

    private FilterStatus refuse(String details) {
        byte[] body =
                "Bad gRPC-web request, invalid base64 data.".getBytes(StandardCharsets.US_ASCII);
        callbacks.sendLocalReply(LocalReply.of(400, details, body));
        return FilterStatus.PAUSE;
    }

    @Override
    public FilterStatus onResponseHeaders(HeaderMap headers, boolean endOfStream) {
        if (!web) {
            return FilterStatus.CONTINUE;
        }
        boolean transform = PlainAnswer.isNeeded(headers, endOfStream);
        headers.remove(HeaderName.CONTENT_LENGTH);
        headers.set(
                HeaderName.CONTENT_TYPE,
                textResponse ? "application/grpc-web-text+proto" : "application/grpc-web+proto");
        if (endOfStream || !transform) {
            return FilterStatus.CONTINUE;
        }
        plain = new PlainAnswer(headers);
        return FilterStatus.PAUSE_HEADERS;
    }

    @Override
    public FilterStatus onResponseBody(Body body, boolean endOfStream) {
        if (!web) {
            return FilterStatus.CONTINUE;
        }
        PlainAnswer answer = plain;
        if (answer != null) {
            answer.take(body);
            if (!endOfStream) {
                return FilterStatus.PAUSE;
            }
            plain = null;
            answer.finish();
        } else if (textResponse) {
            byte[] octets = new byte[body.length()];
            body.copyTo(0, octets, 0, octets.length);
            byte[] text = frames.encode(octets);
            body.replace(0, octets.length, text, 0, text.length);
        }
        return FilterStatus.CONTINUE;
    }

    @Override
    public FilterStatus onResponseTrailers(HeaderMap trailers) {
        if (!web) {
            return FilterStatus.CONTINUE;
        }
        PlainAnswer answer = plain;
        if (answer != null) {
            plain = null;
            answer.finish();
            return FilterStatus.CONTINUE;
        }
        byte[] frame = TrailersFrame.of(trailers);
        trailers.clear();
        callbacks.addResponseBody(textResponse ? Base64.getEncoder().encode(frame) : frame);
        return FilterStatus.CONTINUE;
    }
}
