package io.postern.core.headers;

import io.postern.core.format.OctetBuffer;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.nio.charset.StandardCharsets;

/** Adds this hop to the via header, RFC 9110 section 7.6.3. Thread-safe: immutable. */
final class Via {
    private static final HeaderName NAME = HeaderName.of("via");

    private final byte[] text;

    /** Empty text: nothing is added. */
    Via(String text) {
        this.text = text.getBytes(StandardCharsets.UTF_8);
    }

    void appendTo(HeaderMap head, OctetBuffer scratch) {
        if (text.length == 0) {
            return;
        }
        int index = head.indexOf(NAME);
        if (index < 0) {
            head.add(NAME, text);
            return;
        }
        scratch.clear();
        scratch.append(head.octets(), head.valueStart(index), head.valueLength(index));
        scratch.appendLatin1(", ");
        scratch.append(text);
        head.setValue(index, scratch.array(), 0, scratch.length());
    }
}
