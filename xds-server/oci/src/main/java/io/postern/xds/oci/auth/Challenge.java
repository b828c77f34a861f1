package io.postern.xds.oci.auth;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a 401 asks for (RFC 9110 section 11.6.1): a scheme, in lower case, and its parameters, the
 * names in lower case. Immutable.
 */
public record Challenge(String scheme, Map<String, String> parameters) {
    public Challenge {
        parameters = Map.copyOf(parameters);
    }

    /**
     * All challenges of the given {@code WWW-Authenticate} values; what is malformed ends a value.
     */
    public static List<Challenge> parse(List<String> values) {
        var all = new ArrayList<Challenge>();
        for (String value : values) {
            new Parser(value).into(all);
        }
        return all;
    }

    /** A parameter; empty: not there. */
    public String get(String name) {
        return parameters.getOrDefault(name, "");
    }

    /** Reads one value, from left to right. */
    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        void into(List<Challenge> all) {
            skip(" \t,");
            while (at < text.length()) {
                String scheme = token();
                if (scheme.isEmpty()) {
                    return;
                }
                var parameters = new HashMap<String, String>();
                while (parameter(parameters)) {
                    // the next one
                }
                all.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters));
                skip(" \t,");
            }
        }

        /** Takes {@code name=value}, unless a scheme follows: a word without =. */
        private boolean parameter(Map<String, String> parameters) {
            int start = at;
            skip(" \t,");
            String name = token();
            skip(" \t");
            if (name.isEmpty() || at >= text.length() || text.charAt(at) != '=') {
                at = start;
                return false;
            }
            at++;
            skip(" \t");
            boolean quoted = at < text.length() && text.charAt(at) == '"';
            parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), quoted ? quoted() : token());
            return true;
        }

        private String quoted() {
            var value = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at));
            }
            at = Math.min(at + 1, text.length());
            return value.toString();
        }

        private String token() {
            int start = at;
            while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }

        private void skip(String these) {
            while (at < text.length() && these.indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }
    }
}
