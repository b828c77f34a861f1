package io.postern.app.differential;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of a case file, read key by key. Every scalar is text; {@code ${repeat:x:70000}} in a
 * text becomes 70000 times x. A key that nobody asked for is an error: see {@link #done}.
 */
final class CaseNode {
    private static final Pattern REPEAT =
            Pattern.compile("\\$\\{repeat:(.+?):(\\d+)}", Pattern.DOTALL);

    private final String where;
    private final Map<?, ?> fields;
    private final Set<Object> unread;

    CaseNode(String where, @Nullable Object node) {
        if (!(node instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(where + ": " + node + " (expected: a mapping)");
        }
        this.where = where;
        this.fields = map;
        this.unread = new LinkedHashSet<>(map.keySet());
    }

    boolean has(String key) {
        return fields.containsKey(key);
    }

    String text(String key, String otherwise) {
        unread.remove(key);
        Object value = fields.get(key);
        return value == null ? otherwise : expand(scalar(key, value));
    }

    String required(String key) {
        if (!has(key)) {
            throw new IllegalArgumentException(where + ": " + key + " is missing");
        }
        return text(key, "");
    }

    int number(String key, int otherwise) {
        return Integer.parseInt(text(key, Integer.toString(otherwise)));
    }

    boolean flag(String key) {
        String value = text(key, "false");
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new IllegalArgumentException(
                            where + ": " + key + ": " + value + " (expected: true or false)");
        };
    }

    /** A list of texts; a single text is a list of one. */
    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (Object item : items(key)) {
            texts.add(expand(scalar(key, item)));
        }
        return texts;
    }

    /** Header lines {@code name: value}; a leading colon belongs to the name. */
    List<Header> headers(String key) {
        List<Header> headers = new ArrayList<>();
        for (String line : texts(key)) {
            int colon = line.indexOf(':', 1);
            if (colon < 0) {
                throw new IllegalArgumentException(where + ": " + key + ": no colon in " + line);
            }
            String value = line.substring(colon + 1);
            headers.add(
                    new Header(
                            line.substring(0, colon),
                            value.startsWith(" ") ? value.substring(1) : value));
        }
        return headers;
    }

    List<CaseNode> nodes(String key) {
        List<CaseNode> nodes = new ArrayList<>();
        for (Object item : items(key)) {
            nodes.add(new CaseNode(where + "." + key + "[" + nodes.size() + "]", item));
        }
        return nodes;
    }

    /** Call it last: complains about a key that was never read, most often a typing error. */
    void done() {
        if (!unread.isEmpty()) {
            throw new IllegalArgumentException(where + ": unknown keys " + unread);
        }
    }

    private List<?> items(String key) {
        unread.remove(key);
        Object value = fields.get(key);
        if (value == null) {
            return List.of();
        }
        return value instanceof List<?> list ? list : List.of(value);
    }

    private String scalar(String key, Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(where + ": " + key + ": " + value + " (expected: text)");
    }

    private static String expand(String text) {
        Matcher matcher = REPEAT.matcher(text);
        return matcher.replaceAll(found ->
                Matcher.quoteReplacement(found.group(1).repeat(Integer.parseInt(found.group(2)))));
    }
}
