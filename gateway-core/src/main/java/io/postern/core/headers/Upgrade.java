package io.postern.core.headers;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;

/** HTTP/1 upgrades as seen in heads, RFC 9110 section 7.8. Thread-safe: pure functions. */
public final class Upgrade {
    static final HeaderName CONNECTION = HeaderName.of("connection");
    static final HeaderName UPGRADE = HeaderName.of("upgrade");

    private Upgrade() {}

    /** Whether a head asks for, or answers with, another protocol. */
    public static boolean isUpgrade(HeaderMap head) {
        return head.contains(UPGRADE) && Tokens.contains(head, CONNECTION, "upgrade");
    }
}
