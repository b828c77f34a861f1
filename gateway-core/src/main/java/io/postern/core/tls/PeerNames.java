package io.postern.core.tls;

import io.postern.config.model.StringMatcher;
import io.postern.config.model.Tls.SanMatcher;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * The subject alternative names of a certificate (RFC 5280 4.2.1.6). Thread-safe: immutable.
 *
 * @param all in the certificate's order; only the types that can be matched
 */
record PeerNames(List<Name> all) {
    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int IP = 7;

    PeerNames {
        all = List.copyOf(all);
    }

    /** One name; {@code type} as in Envoy's san_type. */
    record Name(String type, String text) {}

    static PeerNames of(X509Certificate certificate) {
        List<Name> names = new ArrayList<>();
        try {
            Collection<List<?>> entries = certificate.getSubjectAlternativeNames();
            if (entries != null) {
                for (List<?> entry : entries) {
                    String type = type((Integer) entry.get(0));
                    if (!type.isEmpty() && entry.get(1) instanceof String text) {
                        names.add(new Name(type, text));
                    }
                }
            }
        } catch (CertificateParsingException e) {
            // A certificate whose names cannot be read has none: no matcher accepts it.
            return new PeerNames(List.of());
        }
        return new PeerNames(names);
    }

    private static String type(int number) {
        return switch (number) {
            case EMAIL -> "EMAIL";
            case DNS -> "DNS";
            case URI -> "URI";
            case IP -> "IP_ADDRESS";
            default -> "";
        };
    }

    /** The first name of a type; empty when there is none. */
    String first(String type) {
        for (Name name : all) {
            if (name.type().equals(type)) {
                return name.text();
            }
        }
        return "";
    }

    /** All names of a type. */
    List<String> of(String type) {
        List<String> found = new ArrayList<>();
        for (Name name : all) {
            if (name.type().equals(type)) {
                found.add(name.text());
            }
        }
        return List.copyOf(found);
    }

    boolean matchesAny(List<SanMatcher> matchers) {
        for (SanMatcher matcher : matchers) {
            for (Name name : all) {
                if (matcher.type().equals(name.type()) && matches(matcher.matcher(), name)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a DNS name of the certificate, with a wildcard perhaps, covers {@code host}. */
    boolean covers(String host) {
        for (Name name : all) {
            if (name.type().equals("DNS") && covers(name.text(), host)) {
                return true;
            }
            if (name.type().equals("IP_ADDRESS") && name.text().equals(host)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(StringMatcher matcher, Name name) {
        String text = name.text();
        return switch (matcher) {
            case StringMatcher.Exact(String exact, boolean fold) ->
                    name.type().equals("DNS")
                            ? covers(text, exact)
                            : fold ? text.equalsIgnoreCase(exact) : text.equals(exact);
            case StringMatcher.Prefix(String part, boolean fold) ->
                    fold(text, fold).startsWith(fold(part, fold));
            case StringMatcher.Suffix(String part, boolean fold) ->
                    fold(text, fold).endsWith(fold(part, fold));
            case StringMatcher.Contains(String part, boolean fold) ->
                    fold(text, fold).contains(fold(part, fold));
            case StringMatcher.Regex(var pattern) -> pattern.matches(text);
        };
    }

    private static String fold(String text, boolean fold) {
        return fold ? text.toLowerCase(Locale.ROOT) : text;
    }

    /** RFC 6125 6.4.3: a wildcard stands for the whole left-most label. */
    static boolean covers(String pattern, String host) {
        if (pattern.equalsIgnoreCase(host)) {
            return true;
        }
        int dot = host.indexOf('.');
        return pattern.startsWith("*.")
                && dot > 0
                && pattern.indexOf('.', 2) > 0
                && pattern.substring(1).equalsIgnoreCase(host.substring(dot));
    }
}
