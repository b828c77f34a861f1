package io.postern.core.admin;

import org.jspecify.annotations.Nullable;

/**
 * An answer of the admin server.
 *
 * @param afterwards done when the answer is on its way; null: nothing
 */
record Reply(int status, String contentType, String body, @Nullable Runnable afterwards) {
    private static final String TEXT = "text/plain; charset=UTF-8";

    static Reply text(String body) {
        return new Reply(200, TEXT, body, null);
    }

    static Reply text(int status, String body) {
        return new Reply(status, TEXT, body, null);
    }

    static Reply json(String body) {
        return new Reply(200, "application/json", body, null);
    }

    static Reply html(String body) {
        return new Reply(200, "text/html; charset=UTF-8", body, null);
    }

    static Reply ok() {
        return text("OK\n");
    }

    Reply then(Runnable action) {
        return new Reply(status, contentType, body, action);
    }
}
