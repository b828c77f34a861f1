package io.postern.sdk;

/** Reads the cookie headers of requests: RFC 6265 section 4.2. Pure functions. */
public final class Cookies {
    private static final HeaderName COOKIE = HeaderName.of("cookie");

    private Cookies() {}

    /** The value of the first cookie of this name, without quotes; empty: there is none. */
    public static String value(HeaderMap head, String name) {
        for (int i = head.indexOf(COOKIE); i >= 0; i = head.indexOf(COOKIE, i + 1)) {
            for (String pair : head.value(i).split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                    return unquoted(pair.substring(equals + 1).strip());
                }
            }
        }
        return "";
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1) : text;
    }
}
