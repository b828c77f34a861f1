package io.postern.filters.opa.builtin;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * Values as the guest writes and reads them ({@code opa_value_dump}, {@code opa_value_parse}): JSON
 * with sets, {@code {1,2}} and {@code set()}, and with keys that need not be text.
 */
public final class RegoValues {
    private static final int DEEPEST = 512;
    private static final int LONGEST_LONG = 18;

    private final byte[] text;
    private final int length;
    private int at;

    private RegoValues(byte[] text, int length) {
        this.text = text;
        this.length = length;
    }

    /** Reads one value; a key that is no text becomes the text that shows it. */
    public static JsonNode read(byte[] text, int length) {
        return new RegoValues(text, length).value(0);
    }

    /** Writes one value. */
    public static byte[] write(JsonNode value) {
        var text = new StringBuilder();
        append(value, text);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void append(JsonNode value, StringBuilder text) {
        if (value instanceof RegoSet && value.isEmpty()) {
            text.append("set()");
        } else if (value.isArray()) {
            boolean isSet = value instanceof RegoSet;
            char before = isSet ? '{' : '[';
            for (var member : value) {
                append(member, text.append(before));
                before = ',';
            }
            text.append(value.isEmpty() ? "[]" : isSet ? "}" : "]");
        } else if (value.isObject()) {
            char before = '{';
            for (var member : value.properties()) {
                text.append(before).append(quoted(TextNode.valueOf(member.getKey()))).append(':');
                append(member.getValue(), text);
                before = ',';
            }
            text.append(value.isEmpty() ? "{}" : "}");
        } else {
            text.append(value.isBigDecimal() ? value.decimalValue().toString() : quoted(value));
        }
    }

    private static String quoted(JsonNode scalar) {
        if (scalar.isTextual()) {
            char[] inside = JsonStringEncoder.getInstance().quoteAsString(scalar.textValue());
            return '"' + String.valueOf(inside) + '"';
        }
        if (scalar.isIntegralNumber() || scalar.isBoolean() || scalar.isNull()) {
            return scalar.asText();
        }
        return scalar.toString();
    }

    private JsonNode value(int depth) {
        if (depth > DEEPEST) {
            throw new BuiltinError("operand is nested too deeply");
        }
        return switch (next()) {
            case '"' -> TextNode.valueOf(string());
            case '[' -> array(depth);
            case '{' -> setOrObject(depth);
            case 's' -> emptySet();
            case 't' -> word("true", BooleanNode.TRUE);
            case 'f' -> word("false", BooleanNode.FALSE);
            case 'n' -> word("null", NullNode.getInstance());
            default -> number();
        };
    }

    private ArrayNode array(int depth) {
        var array = JsonNodeFactory.instance.arrayNode();
        at++;
        members(array, ']', depth);
        return array;
    }

    private JsonNode emptySet() {
        return word("set()", new RegoSet());
    }

    private JsonNode setOrObject(int depth) {
        at++;
        if (next() == '}') {
            at++;
            return JsonNodeFactory.instance.objectNode();
        }
        var first = value(depth + 1);
        if (next() != ':') {
            var set = new RegoSet();
            set.add(first);
            if (next() == ',') {
                at++;
            }
            members(set, '}', depth);
            return set;
        }
        var object = JsonNodeFactory.instance.objectNode();
        var key = first;
        while (true) {
            expect(':');
            object.set(key.isTextual() ? key.textValue() : RegoText.of(key), value(depth + 1));
            if (next() != ',') {
                break;
            }
            at++;
            key = value(depth + 1);
        }
        expect('}');
        return object;
    }

    private void members(ArrayNode target, char end, int depth) {
        while (next() != end) {
            target.add(value(depth + 1));
            if (next() == ',') {
                at++;
            }
        }
        at++;
    }

    private JsonNode word(String word, JsonNode value) {
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i));
        }
        return value;
    }

    private JsonNode number() {
        int start = at;
        while (at < length && "+-.eE0123456789".indexOf(text[at]) >= 0) {
            at++;
        }
        String digits = new String(text, start, at - start, StandardCharsets.US_ASCII);
        try {
            return digits.length() <= LONGEST_LONG && isWhole(digits)
                    ? LongNode.valueOf(Long.parseLong(digits))
                    : DecimalNode.valueOf(new BigDecimal(digits));
        } catch (NumberFormatException e) {
            throw new BuiltinError("operand cannot be read: " + digits);
        }
    }

    private static boolean isWhole(String digits) {
        return digits.indexOf('.') < 0 && digits.indexOf('e') < 0 && digits.indexOf('E') < 0;
    }

    private String string() {
        int start = at++;
        boolean escaped = false;
        while (at < length && text[at] != '"') {
            escaped |= text[at] == '\\';
            at += text[at] == '\\' ? 2 : 1;
        }
        expect('"');
        return escaped
                ? unescaped(start, at - start)
                : new String(text, start + 1, at - start - 2, StandardCharsets.UTF_8);
    }

    // Not Jackson's parser: its classes take a start 50 ms.
    private String unescaped(int start, int length) {
        var read = new StringBuilder(length);
        int end = start + length - 1;
        int from = start + 1;
        for (int i = from; i < end; i++) {
            if (text[i] == '\\') {
                read.append(new String(text, from, i - from, StandardCharsets.UTF_8));
                i = escape(i + 1, end, read);
                from = i + 1;
            }
        }
        return read.append(new String(text, from, end - from, StandardCharsets.UTF_8)).toString();
    }

    /** Appends what the escape at {@code i} stands for (RFC 8259, section 7); answers its end. */
    private int escape(int i, int end, StringBuilder read) {
        switch (i < end ? (char) text[i] : 0) {
            case '"', '\\', '/' -> read.append((char) text[i]);
            case 'b' -> read.append('\b');
            case 'f' -> read.append('\f');
            case 'n' -> read.append('\n');
            case 'r' -> read.append('\r');
            case 't' -> read.append('\t');
            case 'u' -> {
                read.append(hex(i + 1, end));
                return i + 4;
            }
            default -> throw unreadable();
        }
        return i;
    }

    private char hex(int from, int end) {
        int code = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = i < end ? Character.digit((char) text[i], 16) : -1;
            if (digit < 0) {
                throw unreadable();
            }
            code = code << 4 | digit;
        }
        return (char) code;
    }

    private static BuiltinError unreadable() {
        return new BuiltinError("operand is not readable text");
    }

    private char next() {
        while (at < length && (text[at] == ' ' || text[at] == '\n')) {
            at++;
        }
        return at < length ? (char) text[at] : 0;
    }

    private void expect(char wanted) {
        if (next() != wanted) {
            throw new BuiltinError("operand cannot be read at " + at + ": expected " + wanted);
        }
        at++;
    }
}
