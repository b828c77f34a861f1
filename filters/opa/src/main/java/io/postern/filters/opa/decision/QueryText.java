package io.postern.filters.opa.decision;

import java.util.ArrayList;
import java.util.List;

/**
 * A request target whose query parameters can be set and removed without touching the others; names
 * and values stay percent-encoded.
 */
final class QueryText {
    private final String path;
    private final List<String> fields = new ArrayList<>();

    QueryText(String target) {
        int mark = target.indexOf('?');
        path = mark < 0 ? target : target.substring(0, mark);
        int from = mark + 1;
        while (mark >= 0 && from <= target.length()) {
            int end = target.indexOf('&', from);
            end = end < 0 ? target.length() : end;
            if (end > from) {
                fields.add(target.substring(from, end));
            }
            from = end + 1;
        }
    }

    /** Replaces the first parameter of this name and drops the others, or appends one. */
    void set(Decision.QueryParameter parameter) {
        String field = parameter.name() + '=' + parameter.value();
        int first = 0;
        while (first < fields.size() && !isNamed(fields.get(first), parameter.name())) {
            first++;
        }
        if (first == fields.size()) {
            fields.add(field);
            return;
        }
        remove(parameter.name());
        fields.add(first, field);
    }

    void remove(String name) {
        fields.removeIf(field -> isNamed(field, name));
    }

    @Override
    public String toString() {
        return fields.isEmpty() ? path : path + '?' + String.join("&", fields);
    }

    private static boolean isNamed(String field, String name) {
        return field.startsWith(name)
                && (field.length() == name.length() || field.charAt(name.length()) == '=');
    }
}
