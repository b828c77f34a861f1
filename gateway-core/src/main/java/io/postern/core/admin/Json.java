package io.postern.core.admin;

import io.postern.core.format.JsonText;
import io.postern.core.format.OctetBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes maps, lists, texts, numbers and truths as JSON, indented as Envoy does. */
final class Json {
    private Json() {}

    /** Indented by one blank a level, with a line end. */
    static String pretty(Object value) {
        var out = new OctetBuffer(4096);
        write(value, 0, out);
        out.append('\n');
        return out.toString();
    }

    /** A quoted text. */
    static String quoted(String text) {
        var out = new OctetBuffer();
        quote(text, out);
        return out.toString();
    }

    private static void write(@Nullable Object value, int depth, OctetBuffer out) {
        switch (value) {
            case Map<?, ?> map -> writeMap(map, depth, out);
            case List<?> list -> writeList(list, depth, out);
            case String text -> quote(text, out);
            case null -> out.appendLatin1("null");
            default -> out.appendLatin1(value.toString());
        }
    }

    private static void writeMap(Map<?, ?> map, int depth, OctetBuffer out) {
        out.append('{');
        for (Iterator<? extends Map.Entry<?, ?>> i = map.entrySet().iterator(); i.hasNext(); ) {
            Map.Entry<?, ?> entry = i.next();
            newLine(depth + 1, out);
            quote(String.valueOf(entry.getKey()), out);
            out.appendLatin1(": ");
            write(entry.getValue(), depth + 1, out);
            if (i.hasNext()) {
                out.append(',');
            } else {
                newLine(depth, out);
            }
        }
        out.append('}');
    }

    private static void writeList(List<?> list, int depth, OctetBuffer out) {
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
            newLine(depth + 1, out);
            write(list.get(i), depth + 1, out);
            if (i + 1 < list.size()) {
                out.append(',');
            } else {
                newLine(depth, out);
            }
        }
        out.append(']');
    }

    private static void newLine(int depth, OctetBuffer out) {
        out.append('\n');
        for (int i = 0; i < depth; i++) {
            out.append(' ');
        }
    }

    private static void quote(String text, OctetBuffer out) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        JsonText.quote(octets, 0, octets.length, out);
    }
}
