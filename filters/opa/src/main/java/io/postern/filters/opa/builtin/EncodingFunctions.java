package io.postern.filters.opa.builtin;

import static io.postern.filters.opa.builtin.Operands.string;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** {@code hex.*}, {@code base64url.encode_no_pad}, {@code urlquery.*}. */
final class EncodingFunctions {
    private EncodingFunctions() {}

    static void addTo(Map<String, Builtin> all) {
        all.put("hex.encode", (evaluation, a) -> text(HexFormat.of().formatHex(octets(a[0]))));
        all.put("hex.decode", (evaluation, a) -> text(unhex(string(a[0]))));
        all.put(
                "base64url.encode_no_pad",
                (evaluation, a) ->
                        text(Base64.getUrlEncoder().withoutPadding().encodeToString(octets(a[0]))));
        all.put("urlquery.encode", (evaluation, a) -> text(escape(string(a[0]))));
        all.put("urlquery.decode", (evaluation, a) -> text(unescape(string(a[0]))));
        all.put("urlquery.encode_object", (evaluation, a) -> text(query(Operands.object(a[0]))));
        all.put("urlquery.decode_object", (evaluation, a) -> fields(string(a[0])));
    }

    private static String unhex(String digits) {
        try {
            return new String(HexFormat.of().parseHex(digits), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BuiltinError("hex.decode: " + e.getMessage());
        }
    }

    private static String query(ObjectNode object) {
        var sorted = new TreeMap<String, JsonNode>();
        object.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
        var query = new StringBuilder();
        sorted.forEach((key, value) -> {
            var values =
                    value.isTextual() ? JsonNodeFactory.instance.arrayNode().add(value) : value;
            for (var one : Operands.array(values)) {
                query.append(query.isEmpty() ? "" : "&");
                query.append(escape(key)).append('=').append(escape(string(one)));
            }
        });
        return query.toString();
    }

    private static JsonNode fields(String query) {
        var fields = JsonNodeFactory.instance.objectNode();
        for (String field : query.split("&", -1)) {
            if (field.indexOf(';') >= 0) {
                throw new BuiltinError("invalid semicolon separator in query");
            }
            if (!field.isEmpty()) {
                int equals = field.indexOf('=');
                String key = unescape(equals < 0 ? field : field.substring(0, equals));
                String value = equals < 0 ? "" : unescape(field.substring(equals + 1));
                fields.withArray("/" + pointer(key)).add(value);
            }
        }
        return fields;
    }

    private static String pointer(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    // Java escapes "~" and leaves "*", Go the other way round.
    private static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    private static String unescape(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BuiltinError("invalid URL escape: " + e.getMessage());
        }
    }

    private static byte[] octets(JsonNode operand) {
        return string(operand).getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode text(String value) {
        return TextNode.valueOf(value);
    }
}
