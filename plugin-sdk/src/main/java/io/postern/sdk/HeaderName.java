package io.postern.sdk;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A header name in the form in which it is compared and sent: lower-case octets (RFC 9110 section
 * 5.1 makes names case-insensitive, RFC 9113 section 8.2.1 requires lower case).
 *
 * <p>Thread-safe: immutable. Make one per name at configuration time, not per request.
 */
public final class HeaderName {
    public static final HeaderName METHOD = of(":method");
    public static final HeaderName PATH = of(":path");
    public static final HeaderName AUTHORITY = of(":authority");
    public static final HeaderName SCHEME = of(":scheme");
    public static final HeaderName STATUS = of(":status");
    public static final HeaderName CONTENT_LENGTH = of("content-length");
    public static final HeaderName CONTENT_TYPE = of("content-type");
    public static final HeaderName TRANSFER_ENCODING = of("transfer-encoding");
    public static final HeaderName HOST = of("host");

    private final String text;
    final byte[] octets;

    private HeaderName(String text) {
        this.text = text;
        this.octets = text.getBytes(StandardCharsets.UTF_8);
    }

    /** The name {@code text} in lower case; a leading colon marks a pseudo-header. */
    public static HeaderName of(String text) {
        return new HeaderName(requireNonNull(text, "text").toLowerCase(Locale.ROOT));
    }

    /**
     * As {@link #of}, of a header to be read in requests: {@code host} is another name of {@code
     * :authority}, as in Envoy.
     */
    public static HeaderName ofRequest(String text) {
        var name = of(text);
        return name.text.equals("host") ? new HeaderName(":authority") : name;
    }

    /** Number of octets. */
    public int length() {
        return octets.length;
    }

    /** Whether this is a pseudo-header such as {@code :path}. */
    public boolean isPseudo() {
        return octets.length > 0 && octets[0] == ':';
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeaderName that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The lower-case name. */
    @Override
    public String toString() {
        return text;
    }
}
