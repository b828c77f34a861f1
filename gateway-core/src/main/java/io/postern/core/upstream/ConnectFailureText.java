package io.postern.core.upstream;

import java.util.List;

/**
 * Envoy's words for what the operating system says about a failed connection. Thread-safe:
 * stateless.
 */
final class ConnectFailureText {
    /** strerror() texts; the JDK's and Netty's messages contain them among other things. */
    private static final List<String> ERRORS =
            List.of(
                    "Connection refused",
                    "Connection timed out",
                    "Connection reset by peer",
                    "No route to host",
                    "Network is unreachable",
                    "Host is unreachable",
                    "Permission denied",
                    "No such file or directory",
                    "Cannot assign requested address",
                    "Too many open files",
                    "Invalid argument",
                    "Resource temporarily unavailable");

    private ConnectFailureText() {}

    /**
     * The transport failure reason.
     *
     * @param immediate connect() itself failed, not what came of it
     */
    static String of(Throwable cause, boolean immediate) {
        return (immediate ? "immediate connect error: " : "delayed connect error: ") + error(cause);
    }

    private static String error(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        for (String error : ERRORS) {
            if (message.contains(error)) {
                return error;
            }
        }
        return message;
    }
}
