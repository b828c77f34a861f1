package io.postern.core.http;

import static io.postern.core.http.Octets.ascii;

import io.postern.sdk.HeaderMap;
import org.jspecify.annotations.Nullable;

/**
 * What the HTTP/1 codec itself has to know from a head, collected while it is parsed: framing (RFC
 * 9112 section 6), persistence (section 9.3) and upgrade. One per connection, reset for each head.
 */
final class HeadFacts {
    private static final byte[] TE = ascii("te");
    private static final byte[] HOST = ascii("host");
    private static final byte[] EXPECT = ascii("expect");
    private static final byte[] UPGRADE = ascii("upgrade");
    private static final byte[] CONNECTION = ascii("connection");
    private static final byte[] KEEP_ALIVE = ascii("keep-alive");
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] PROXY_CONNECTION = ascii("proxy-connection");
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
    private static final byte[] CONTENT_LENGTH_OBSCURED = ascii("content_length");
    private static final byte[] TRANSFER_ENCODING_OBSCURED = ascii("transfer_encoding");
    private static final byte[] CHUNKED = ascii("chunked");
    private static final byte[] CONTINUE = ascii("100-continue");
    private static final byte[] H2C = ascii("h2c");

    private final boolean request;
    private long contentLength;
    private boolean chunked;
    private boolean encodedOtherwise;
    private boolean host;
    private boolean upgrade;
    private boolean h2c;
    private boolean expectContinue;
    private final ConnectionTokens tokens = new ConnectionTokens();

    HeadFacts(boolean request) {
        this.request = request;
        reset();
    }

    void reset() {
        contentLength = -1;
        chunked = false;
        encodedOtherwise = false;
        host = false;
        upgrade = false;
        h2c = false;
        expectContinue = false;
        tokens.reset();
    }

    /** Whether a client speaks, not an upstream. */
    boolean isOfRequests() {
        return request;
    }

    /** -1: none. */
    long contentLength() {
        return contentLength;
    }

    boolean isChunked() {
        return chunked;
    }

    /** A transfer coding that is not known, or more than one. */
    boolean isEncodedOtherwise() {
        return encodedOtherwise;
    }

    boolean hasHost() {
        return host;
    }

    boolean expectsContinue() {
        return expectContinue;
    }

    /** A protocol change is asked for or granted; h2c does not count (RFC 9113 obsoleted it). */
    boolean isUpgrade() {
        return upgrade && !h2c && tokens.upgrade();
    }

    boolean isH2cUpgrade() {
        return h2c;
    }

    /** What the Connection header says. */
    ConnectionTokens connection() {
        return tokens;
    }

    /** Looks at a header line before it is added to {@code head}. */
    @Nullable Fault note(
            byte[] a, int name, int nameLength, int value, int length, HeaderMap head) {
        switch (nameLength) {
            case 4 -> {
                if (request && Octets.same(a, name, nameLength, HOST)) {
                    return noteHost(a, value, length, head);
                }
            }
            case 6 -> {
                if (request && Octets.same(a, name, nameLength, EXPECT)) {
                    expectContinue = Octets.same(a, value, length, CONTINUE);
                }
            }
            case 7 -> {
                if (Octets.same(a, name, nameLength, UPGRADE)) {
                    h2c = !upgrade && Octets.same(a, value, length, H2C);
                    upgrade = true;
                }
            }
            case 10 -> {
                if (Octets.same(a, name, nameLength, CONNECTION)) {
                    return tokens.read(a, value, length) ? null : Fault.CONNECTION_HEADER;
                }
            }
            case 14 -> {
                if (Octets.same(a, name, nameLength, CONTENT_LENGTH)) {
                    return noteLength(a, value, length);
                }
            }
            case 17 -> {
                if (Octets.same(a, name, nameLength, TRANSFER_ENCODING)) {
                    noteEncoding(a, value, length);
                }
            }
            default -> {}
        }
        return null;
    }

    /**
     * {@code content_length} and {@code transfer_encoding}: servers that take an underscore for a
     * hyphen would find framing where nobody else sees any.
     */
    static boolean looksLikeFraming(byte[] a, int name, int length) {
        return Octets.same(a, name, length, CONTENT_LENGTH_OBSCURED)
                || Octets.same(a, name, length, TRANSFER_ENCODING_OBSCURED);
    }

    /** Whether a line stays out of the map: framing and persistence end at this connection. */
    boolean isOfThisHop(byte[] a, int name, int length) {
        return switch (length) {
            case 4 -> request && Octets.same(a, name, length, HOST);
            case 10 -> Octets.same(a, name, length, KEEP_ALIVE);
            case 16 -> Octets.same(a, name, length, PROXY_CONNECTION);
            case 17 -> Octets.same(a, name, length, TRANSFER_ENCODING);
            default -> false;
        };
    }

    /**
     * Takes away what would change the framing, the routing or the hop, had it been a header: no
     * reader may merge it (RFC 9110 section 6.5.1).
     */
    static void dropForbiddenTrailers(HeaderMap trailers) {
        for (int i = trailers.size() - 1; i >= 0; i--) {
            if (isForbiddenTrailer(
                    trailers.octets(), trailers.nameStart(i), trailers.nameLength(i))) {
                trailers.removeAt(i);
            }
        }
    }

    private static boolean isForbiddenTrailer(byte[] a, int name, int length) {
        return switch (length) {
            case 2 -> Octets.same(a, name, length, TE);
            case 4 -> Octets.same(a, name, length, HOST);
            case 6 -> Octets.same(a, name, length, EXPECT);
            case 7 -> Octets.same(a, name, length, UPGRADE);
            case 10 -> Octets.same(a, name, length, CONNECTION);
            case 14 -> Octets.same(a, name, length, CONTENT_LENGTH);
            default -> false;
        };
    }

    private @Nullable Fault noteHost(byte[] a, int value, int length, HeaderMap head) {
        // Envoy merges several Host lines and forwards them; RFC 9112 section 3.2 demands 400.
        if (host || !Authority.isHeader(a, value, value + length)) {
            return Fault.INVALID_AUTHORITY;
        }
        host = true;
        if (head.valueLength(RequestLine.AUTHORITY_AT) == 0) {
            head.setValue(RequestLine.AUTHORITY_AT, a, value, length);
        }
        return null;
    }

    private @Nullable Fault noteLength(byte[] a, int value, int length) {
        if (contentLength >= 0) {
            return Fault.CODEC_ERROR; // even two equal ones, as Envoy
        }
        contentLength = Octets.decimal(a, value, length);
        return contentLength < 0 ? Fault.CODEC_ERROR : null;
    }

    private void noteEncoding(byte[] a, int value, int length) {
        encodedOtherwise |= chunked || !Octets.same(a, value, length, CHUNKED);
        chunked = true;
    }
}
