package io.postern.filters.opa.input;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code multipart/form-data} (RFC 7578) the way Go's {@code mime/multipart} does: lines may
 * end in LF alone, parts without a name are passed over, and a part that says it is JSON is parsed.
 * Every value is a member of an array, since names may repeat.
 */
final class MultipartForm {
    private static final int MOST_PARTS = 1000; // Go's own bound

    private final byte[] octets;
    private final int length;
    private final byte[] delimiter;
    private int at;

    private MultipartForm(byte[] octets, int length, String boundary) {
        this.octets = octets;
        this.length = length;
        this.delimiter = ("--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Writes the fields as an object of arrays; or returns what is wrong. */
    static @Nullable String write(
            String contentType, byte[] octets, int length, ParsedBody bodies, JsonBytes json) {
        String boundary = MediaParameters.of(contentType, "boundary");
        if (boundary == null || boundary.isEmpty()) {
            json.raw(Fragments.NULL);
            return null;
        }
        var values = new LinkedHashMap<String, JsonBytes>();
        String error = new MultipartForm(octets, length, boundary).parts(bodies, values);
        if (error == null) {
            object(values, json);
        }
        return error;
    }

    private @Nullable String parts(ParsedBody bodies, Map<String, JsonBytes> values) {
        if (!skipPreamble()) {
            return "multipart: NextPart: EOF";
        }
        for (int i = 0; i < MOST_PARTS; i++) {
            if (startsWith(at, "--")) {
                return null;
            }
            at = afterLine(at);
            var headers = partHeaders();
            int end = nextDelimiter(at);
            if (headers == null || end < 0) {
                return "multipart: NextPart: EOF";
            }
            String error = part(headers, at, contentEnd(end), bodies, values);
            if (error != null) {
                return error;
            }
            at = end + delimiter.length;
        }
        return "multipart: more than " + MOST_PARTS + " parts";
    }

    private @Nullable String part(
            Map<String, String> headers,
            int start,
            int end,
            ParsedBody bodies,
            Map<String, JsonBytes> values) {
        String disposition = headers.getOrDefault("content-disposition", "");
        String name = MediaParameters.of(disposition, "name");
        if (name == null
                || name.isEmpty()
                || !MediaParameters.type(disposition).equals("form-data")) {
            return null;
        }
        var target = values.get(name);
        if (target == null) {
            target = new JsonBytes(64);
            values.put(name, target);
        } else {
            target.raw(',');
        }
        if (headers.getOrDefault("content-type", "").contains("application/json")) {
            var part = Arrays.copyOfRange(octets, start, end);
            return bodies.json(part, part.length, target);
        }
        target.string(octets, start, end - start);
        return null;
    }

    private static void object(Map<String, JsonBytes> values, JsonBytes json) {
        char before = '{';
        for (var value : values.entrySet()) {
            json.raw(before);
            json.string(value.getKey());
            json.raw(':');
            json.raw('[');
            json.raw(value.getValue().octets(), 0, value.getValue().length());
            json.raw(']');
            before = ',';
        }
        if (before == '{') {
            json.raw('{');
        }
        json.raw('}');
    }

    private @Nullable Map<String, String> partHeaders() {
        var headers = new LinkedHashMap<String, String>();
        while (at < length) {
            int next = afterLine(at);
            String line = ParsedBody.latin1(octets, at, next).strip();
            at = next;
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon <= 0) {
                return null;
            }
            headers.putIfAbsent(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    utf8(line.substring(colon + 1).strip()));
        }
        return null;
    }

    private static String utf8(String latin1) {
        return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private boolean skipPreamble() {
        int found = nextDelimiter(0);
        at = found + delimiter.length;
        return found >= 0;
    }

    // A delimiter counts at the start of a line, followed by "--" or by blanks and the line's end.
    private int nextDelimiter(int from) {
        for (int i = from; i + delimiter.length <= length; i++) {
            if ((i == 0 || octets[i - 1] == '\n') && matches(i) && endsDelimiter(i)) {
                return i;
            }
        }
        return -1;
    }

    private boolean endsDelimiter(int start) {
        int i = start + delimiter.length;
        if (startsWith(i, "--")) {
            return true;
        }
        while (i < length && (octets[i] == ' ' || octets[i] == '\t' || octets[i] == '\r')) {
            i++;
        }
        return i < length && octets[i] == '\n';
    }

    private boolean matches(int start) {
        return Arrays.equals(
                octets, start, start + delimiter.length, delimiter, 0, delimiter.length);
    }

    // The line end before a delimiter belongs to the delimiter.
    private int contentEnd(int delimiterStart) {
        int end = delimiterStart;
        if (end > at && octets[end - 1] == '\n') {
            end--;
        }
        return end > at && octets[end - 1] == '\r' ? end - 1 : end;
    }

    private int afterLine(int from) {
        int i = from;
        while (i < length && octets[i] != '\n') {
            i++;
        }
        return Math.min(length, i + 1);
    }

    private boolean startsWith(int from, String text) {
        if (from + text.length() > length) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (octets[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
