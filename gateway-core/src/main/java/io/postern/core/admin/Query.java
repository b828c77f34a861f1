package io.postern.core.admin;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The parameters of an admin request: the first of each name. Immutable. */
record Query(Map<String, String> parameters) {
    /** From the part after the question mark; null: no parameters. */
    static Query parse(@Nullable String raw) {
        var parameters = new LinkedHashMap<String, String>();
        for (String part : (raw == null ? "" : raw).split("&", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            if (!name.isEmpty()) {
                parameters.putIfAbsent(
                        decode(name), equals < 0 ? "" : decode(part.substring(equals + 1)));
            }
        }
        return new Query(parameters);
    }

    boolean has(String name) {
        return parameters.containsKey(name);
    }

    String get(String name) {
        return parameters.getOrDefault(name, "");
    }

    /** The names that {@code filter} lets through; null for a wrong regular expression. */
    @Nullable Predicate<String> filter() {
        String regex = get("filter");
        if (regex.isEmpty()) {
            return _ -> true;
        }
        try {
            Pattern pattern = Pattern.compile(regex);
            boolean invert = has("invert_filter");
            return name -> pattern.matcher(name).find() != invert;
        } catch (PatternSyntaxException _) {
            return null;
        }
    }

    private static String decode(String text) {
        try {
            // a plus is a plus: RFC 3986 knows no other
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return text;
        }
    }
}
