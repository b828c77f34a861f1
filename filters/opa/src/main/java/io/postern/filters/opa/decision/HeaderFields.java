package io.postern.filters.opa.decision;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Headers in a decision: {@code {"name": "value"}}, {@code {"name": ["a", "b"]}}, or an array of
 * such objects. A name or value that cannot be sent makes the decision meaningless, as in Envoy.
 */
final class HeaderFields {
    private HeaderFields() {}

    static List<LocalReply.Header> of(JsonNode decision, String member) {
        var headers = decision.get(member);
        var list = new ArrayList<LocalReply.Header>();
        if (headers == null) {
            return list;
        }
        if (headers.isArray()) {
            for (var object : headers) {
                addObject(object, member, list);
            }
        } else {
            addObject(headers, member, list);
        }
        return list;
    }

    private static void addObject(JsonNode object, String member, List<LocalReply.Header> list) {
        if (!object.isObject()) {
            throw new BadDecision(member + " must be an object, is " + object.getNodeType());
        }
        for (var header : object.properties()) {
            var name = name(header.getKey(), member);
            if (header.getValue().isArray()) {
                for (var value : header.getValue()) {
                    list.add(header(name, value, member));
                }
            } else {
                list.add(header(name, header.getValue(), member));
            }
        }
    }

    private static LocalReply.Header header(HeaderName name, JsonNode value, String member) {
        if (!value.isTextual()) {
            throw new BadDecision(
                    member
                            + ": value of '"
                            + name
                            + "' is "
                            + value.getNodeType()
                            + " (expected: string)");
        }
        byte[] octets = value.textValue().getBytes(StandardCharsets.UTF_8);
        for (byte octet : octets) {
            if (octet == '\r' || octet == '\n' || octet == 0) {
                throw new BadDecision(
                        member + ": value of '" + name + "' contains a line end or NUL");
            }
        }
        return new LocalReply.Header(name, octets);
    }

    private static HeaderName name(String text, String member) {
        int first = text.startsWith(":") ? 1 : 0;
        if (text.length() == first) {
            throw new BadDecision(member + ": empty header name");
        }
        for (int i = first; i < text.length(); i++) {
            if (!isToken(text.charAt(i))) {
                throw new BadDecision(member + ": '" + text + "' is no header name");
            }
        }
        return HeaderName.of(text);
    }

    private static boolean isToken(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}
