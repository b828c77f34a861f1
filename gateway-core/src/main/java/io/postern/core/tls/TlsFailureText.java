package io.postern.core.tls;

import io.netty.handler.ssl.NotSslRecordException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Envoy's words for a failed handshake. Thread-safe: stateless. */
public final class TlsFailureText {
    private static final String VERIFY_FAILED =
            "268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:";
    private static final String NOT_TLS =
            "268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER";
    private static final String RESET =
            "33554536:system library:OPENSSL_internal:Connection reset by peer";
    private static final Pattern BORINGSSL = Pattern.compile("error:([0-9a-f]{8}):(.*)");

    private TlsFailureText() {}

    /** {@code TLS_error:|268435581:SSL routines:…:TLS_error_end}. */
    public static String of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PeerRejectedException) {
                return wrap(VERIFY_FAILED + cause.getMessage());
            }
            if (cause instanceof NotSslRecordException) {
                return wrap(NOT_TLS);
            }
            String message = String.valueOf(cause.getMessage());
            Matcher boring = BORINGSSL.matcher(message);
            if (boring.find()) {
                return wrap(Long.parseLong(boring.group(1), 16) + ":" + boring.group(2));
            }
            if (message.contains("Connection reset")) {
                return wrap(RESET);
            }
        }
        return wrap(String.valueOf(failure.getMessage()));
    }

    private static String wrap(String inner) {
        return "TLS_error:|" + inner + ":TLS_error_end";
    }
}
