package io.postern.filters.opa;

import io.postern.filters.opa.decision.Decision;
import io.postern.filters.opa.decision.RequestEdits;
import io.postern.filters.opa.input.RequestBody;
import io.postern.sdk.Body;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Asks the policy about one request. Without {@code max_request_bytes} it decides on the head; with
 * it the head is held until the body, or as much of it as is wanted, has arrived.
 */
final class OpaFilter implements Filter {
    private static final HeaderName UPGRADE = HeaderName.of("upgrade");
    private static final LocalReply TOO_LARGE =
            LocalReply.of(
                    413,
                    "request_payload_too_large",
                    "Payload Too Large".getBytes(StandardCharsets.US_ASCII));

    /** Where logs and filters look for what OPA's Envoy plugin says. */
    private static final String NAMESPACE = "envoy.filters.http.ext_authz";

    private static final RequestBody NO_BODY = new RequestBody(new byte[0], 0, false);

    private final WorkerPolicy policy;
    private final FilterCallbacks callbacks;
    private @Nullable Decision decision;

    OpaFilter(WorkerPolicy policy, FilterCallbacks callbacks) {
        this.policy = policy;
        this.callbacks = callbacks;
    }

    @Override
    public FilterStatus onRequestHeaders(HeaderMap headers, boolean endOfStream) {
        if (policy.spec().maxRequestBytes() == 0) {
            return decide(null);
        }
        // A body that does not end before the answer begins cannot be waited for.
        if (endOfStream || headers.contains(UPGRADE) || isConnect(headers)) {
            return decide(NO_BODY);
        }
        return FilterStatus.PAUSE_HEADERS;
    }

    @Override
    public FilterStatus onRequestBody(Body body, boolean endOfStream) {
        if (decision != null) {
            return FilterStatus.CONTINUE;
        }
        int most = policy.spec().maxRequestBytes();
        if (body.length() > most) {
            if (policy.spec().allowTruncatedBody()) {
                return decide(shown(body, most, true));
            }
            return carryOut(new Decision.Deny(TOO_LARGE));
        }
        return endOfStream ? decide(shown(body, body.length(), false)) : FilterStatus.PAUSE;
    }

    @Override
    public FilterStatus onRequestTrailers(HeaderMap trailers) {
        if (decision != null) {
            return FilterStatus.CONTINUE;
        }
        var body = callbacks.requestBody();
        return decide(body == null ? NO_BODY : shown(body, body.length(), false));
    }

    @Override
    public FilterStatus onResponseHeaders(HeaderMap headers, boolean endOfStream) {
        if (decision instanceof Decision.Allow allow) {
            RequestEdits.applyToResponse(allow, headers);
        }
        return FilterStatus.CONTINUE;
    }

    private FilterStatus decide(@Nullable RequestBody body) {
        return carryOut(policy.decide(callbacks.requestHeaders(), callbacks, body));
    }

    private FilterStatus carryOut(Decision made) {
        decision = made;
        if (!made.metadata().fields().isEmpty()) {
            // larger than the stream's bound: the decision counts all the same
            var _ = callbacks.streamInfo().setDynamicMetadata(NAMESPACE, made.metadata());
        }
        return switch (made) {
            case Decision.Allow allow -> {
                RequestEdits.apply(allow, callbacks.requestHeaders());
                yield FilterStatus.CONTINUE;
            }
            case Decision.Deny deny -> {
                callbacks.sendLocalReply(deny.reply());
                yield FilterStatus.PAUSE;
            }
            case Decision.Meaningless(String reason) ->
                    throw new IllegalStateException("bug: not denied: " + reason);
        };
    }

    private static RequestBody shown(Body body, int length, boolean truncated) {
        byte[] octets = new byte[length];
        body.copyTo(0, octets, 0, length);
        return new RequestBody(octets, length, truncated);
    }

    private static boolean isConnect(HeaderMap headers) {
        int method = headers.indexOf(HeaderName.METHOD);
        return method >= 0 && headers.valueIs(method, "CONNECT");
    }
}
