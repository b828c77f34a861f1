package io.postern.filters.opa.input;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code parsed_path} and {@code parsed_query} of a {@code :path}. The path is decoded first
 * and split at slashes after that, as the plugin does: {@code %2F} separates.
 */
final class RequestTarget {
    private RequestTarget() {}

    /** What makes the plugin refuse this target with 400; null when {@link #write} takes it. */
    static @Nullable String error(byte[] octets, int start, int end) {
        int query = indexOf(octets, '?', start, end);
        String error = FormText.escapeError(octets, start, query);
        return error != null || query == end ? error : FormText.queryError(octets, query + 1, end);
    }

    /** Writes {@code "parsed_path":[…],"parsed_query":{…}}. */
    static void write(byte[] octets, int start, int end, JsonBytes json) {
        int query = indexOf(octets, '?', start, end);
        json.raw(Fragments.PARSED_PATH);
        if (indexOf(octets, '%', start, query) == query) {
            segments(octets, start, query, json);
        } else {
            byte[] decoded = FormText.decode(octets, start, query, false);
            segments(decoded, 0, decoded.length, json);
        }
        json.raw(Fragments.PARSED_QUERY);
        if (query == end || query + 1 == end) {
            json.raw(Fragments.EMPTY_OBJECT);
        } else {
            fields(FormText.fields(octets, query + 1, end), json);
        }
    }

    /** Writes values by key as an object of arrays. */
    static void fields(Map<String, List<String>> fields, JsonBytes json) {
        char before = '{';
        for (var field : fields.entrySet()) {
            json.raw(before);
            json.string(field.getKey());
            char beforeValue = '[';
            json.raw(':');
            for (String value : field.getValue()) {
                json.raw(beforeValue);
                json.string(value);
                beforeValue = ',';
            }
            json.raw(']');
            before = ',';
        }
        if (before == '{') {
            json.raw('{');
        }
        json.raw('}');
    }

    private static void segments(byte[] path, int start, int end, JsonBytes json) {
        int from = start;
        while (from < end && path[from] == '/') {
            from++;
        }
        json.raw('[');
        while (true) {
            int slash = indexOf(path, '/', from, end);
            json.string(path, from, slash - from);
            if (slash == end) {
                break;
            }
            json.raw(',');
            from = slash + 1;
        }
        json.raw(']');
    }

    private static int indexOf(byte[] octets, char wanted, int start, int end) {
        int i = start;
        while (i < end && octets[i] != wanted) {
            i++;
        }
        return i;
    }
}
