package io.postern.core.http;

import io.postern.sdk.HeaderMap;
import org.jspecify.annotations.Nullable;

/** A request line or a status line. */
interface StartLine {
    /**
     * Adds the pseudo-headers of the line {@code [from, to)}, line end excluded, to the empty
     * {@code head}.
     */
    @Nullable Fault parse(byte[] octets, int from, int to, HeaderMap head);

    /** Whether a line that begins with these octets, and is not complete, can become a good one. */
    boolean canBegin(byte[] octets, int from, int to);
}
