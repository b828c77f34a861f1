package io.postern.core.format;

import io.postern.sdk.MetadataValue;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Metadata as JSON, without blanks and with its keys in order, as Envoy logs it. Stateless. */
final class MetadataJson {
    private static final double MOST_EXACT = 1e15;

    private MetadataJson() {}

    static void write(MetadataValue value, OctetBuffer out) {
        switch (value) {
            case MetadataValue.Null() -> out.appendLatin1("null");
            case MetadataValue.Bool(boolean truth) -> out.appendLatin1(truth ? "true" : "false");
            case MetadataValue.Numeric(double number) -> number(number, out);
            case MetadataValue.Text(String text) -> text(text, out);
            case MetadataValue.Items(var items) -> {
                out.append('[');
                for (int i = 0; i < items.size(); i++) {
                    if (i > 0) {
                        out.append(',');
                    }
                    write(items.get(i), out);
                }
                out.append(']');
            }
            case MetadataValue.Struct(var fields) -> struct(fields, out);
        }
    }

    private static void struct(Map<String, MetadataValue> fields, OctetBuffer out) {
        out.append('{');
        boolean first = true;
        for (Map.Entry<String, MetadataValue> field : new TreeMap<>(fields).entrySet()) {
            if (!first) {
                out.append(',');
            }
            first = false;
            text(field.getKey(), out);
            out.append(':');
            write(field.getValue(), out);
        }
        out.append('}');
    }

    private static void number(double number, OctetBuffer out) {
        if (!Double.isFinite(number)) {
            out.appendLatin1("null"); // JSON has none
        } else if (number == Math.rint(number) && Math.abs(number) < MOST_EXACT) {
            out.appendDecimal((long) number);
        } else {
            out.appendLatin1(Double.toString(number));
        }
    }

    private static void text(String text, OctetBuffer out) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        JsonText.quote(octets, 0, octets.length, out);
    }
}
