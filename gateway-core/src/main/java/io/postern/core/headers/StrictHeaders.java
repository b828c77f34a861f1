package io.postern.core.headers;

import io.postern.config.model.RetryPolicy;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that tell the router something without meaning, where they would otherwise be
 * taken without it. Pure functions.
 *
 * <p>Source: Envoy's {@code FilterUtility::StrictHeaderChecker}.
 */
public final class StrictHeaders {
    private static final String RETRY_ON = "x-envoy-retry-on";
    private static final String RETRY_GRPC_ON = "x-envoy-retry-grpc-on";
    private static final int LONGEST_NUMBER = 19;

    private StrictHeaders() {}

    /** Null: all of {@code checked} have a meaning, or are not there. */
    public static @Nullable LocalReply refusal(HeaderMap head, List<HeaderName> checked) {
        for (HeaderName name : checked) {
            String value = head.get(name);
            if (value != null && !hasMeaning(name.toString(), value)) {
                String body = "invalid header '" + name + "' with value '" + value + "'";
                return LocalReply.of(
                        400,
                        "request_headers_failed_strict_check{" + name + "}",
                        body.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return null;
    }

    private static boolean hasMeaning(String name, String value) {
        return switch (name) {
            case RETRY_ON -> areConditions(value, false);
            case RETRY_GRPC_ON -> areConditions(value, true);
            default -> isNumber(value.strip());
        };
    }

    private static boolean areConditions(String value, boolean ofGrpc) {
        for (String token : value.split(",", -1)) {
            String text = token.strip();
            var on = RetryPolicy.On.ofToken(text);
            if (!text.isEmpty() && (on == null || on.isOfGrpc() != ofGrpc)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_NUMBER
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
