package io.postern.core.http;

import static io.postern.core.http.Octets.ascii;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderSpelling;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The first line of an upstream's response (RFC 9112 section 4); it becomes {@code :status}. */
final class StatusLine implements StartLine {
    private static final byte[] PREFIX = ascii("HTTP/1.");
    private static final byte[] STATUS = ascii(":status");
    private static final int CODE_AT = 9;

    private int status;
    private boolean http10;

    int status() {
        return status;
    }

    boolean isHttp10() {
        return http10;
    }

    @Override
    public @Nullable Fault parse(byte[] octets, int from, int to, HeaderMap head) {
        int code = from + CODE_AT;
        // The reason phrase may be missing, with its space, too: servers in the wild do that.
        if (to < code + 3 || (to > code + 3 && octets[code + 3] != ' ')) {
            return Fault.CODEC_ERROR;
        }
        byte minor = octets[from + 7];
        status = (int) Octets.decimal(octets, code, 3);
        if (!canBegin(octets, from, to)
                || (minor != '1' && minor != '0')
                || octets[from + 8] != ' '
                || status < 100) {
            return Fault.CODEC_ERROR;
        }
        http10 = minor == '0';
        head.add(STATUS, 0, STATUS.length, octets, code, 3);
        HeaderSpelling spelling = head.spelling();
        if (spelling != null && Octets.areValue(octets, code + 3, to)) {
            spelling.rememberReason(octets, code + 4, to);
        }
        return null;
    }

    @Override
    public boolean canBegin(byte[] octets, int from, int to) {
        int length = Math.min(to - from, PREFIX.length);
        return Arrays.equals(octets, from, from + length, PREFIX, 0, length);
    }
}
