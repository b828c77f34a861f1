package io.postern.filters.opa.decision;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.filters.opa.builtin.BuiltinError;
import io.postern.filters.opa.builtin.RegoValues;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import io.postern.sdk.MetadataValue.Struct;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the result set of an evaluation. Thread-safe: immutable. */
public final class DecisionReader {
    private static final byte[] TRUE = ascii("[{\"result\":true}]");
    private static final byte[] FALSE = ascii("[{\"result\":false}]");
    private static final byte[] UNDEFINED = ascii("[]");
    private static final String DETAILS = "opa_denied";

    private final int deniedStatus;
    private final Decision denied;

    /** A reader that gives a plain {@code false} this status. */
    public DecisionReader(int deniedStatus) {
        this.deniedStatus = deniedStatus;
        this.denied = new Decision.Deny(LocalReply.of(deniedStatus, DETAILS));
    }

    /** Reads {@code [{"result":VALUE}]}. */
    public Decision read(byte[] result, int length) {
        if (is(TRUE, result, length)) {
            return Decision.ALLOWED;
        }
        if (is(FALSE, result, length)) {
            return denied;
        }
        if (is(UNDEFINED, result, length)) {
            return new Decision.Meaningless("undefined decision");
        }
        try {
            return document(RegoValues.read(result, length));
        } catch (BadDecision e) {
            return new Decision.Meaningless(String.valueOf(e.getMessage()));
        } catch (BuiltinError e) {
            return new Decision.Meaningless("result is not JSON: " + e.getMessage());
        }
    }

    private Decision document(JsonNode results) {
        var value = results.path(0).path("result");
        if (results.size() != 1) {
            throw new BadDecision("multiple evaluation results");
        }
        if (!value.isObject()) {
            throw new BadDecision(
                    "illegal value for policy evaluation result: " + value.getNodeType());
        }
        var allowed = value.get("allowed");
        if (allowed == null || !allowed.isBoolean()) {
            throw new BadDecision("decision needs a boolean member \"allowed\", has " + allowed);
        }
        var metadata = MetadataFields.of(value);
        var headers = HeaderFields.of(value, "headers");
        return allowed.booleanValue()
                ? allow(value, headers, metadata)
                : deny(value, headers, metadata);
    }

    private static Decision allow(
            JsonNode value, List<LocalReply.Header> headers, Struct metadata) {
        var removed = new ArrayList<HeaderName>();
        for (String name : strings(value, "request_headers_to_remove")) {
            removed.add(HeaderName.of(name));
        }
        return new Decision.Allow(
                headers,
                removed,
                HeaderFields.of(value, "response_headers_to_add"),
                querySet(value),
                strings(value, "query_parameters_to_remove"),
                metadata);
    }

    private Decision deny(JsonNode value, List<LocalReply.Header> headers, Struct metadata) {
        var body = value.get("body");
        if (body != null && !body.isTextual()) {
            throw new BadDecision("body must be a string, is " + body.getNodeType());
        }
        byte[] octets =
                body == null ? new byte[0] : body.textValue().getBytes(StandardCharsets.UTF_8);
        return new Decision.Deny(
                new LocalReply(status(value), DETAILS, octets, headers, -1), metadata);
    }

    private int status(JsonNode value) {
        var status = value.get("http_status");
        if (status == null) {
            return deniedStatus;
        }
        if (!status.isIntegralNumber() || !HttpStatuses.isKnown(status.longValue())) {
            throw new BadDecision("invalid HTTP status code " + status);
        }
        return status.intValue();
    }

    private static List<Decision.QueryParameter> querySet(JsonNode value) {
        var set = new ArrayList<Decision.QueryParameter>();
        var parameters = value.get("query_parameters_to_set");
        if (parameters == null) {
            return set;
        }
        if (!parameters.isObject()) {
            throw new BadDecision("query_parameters_to_set must be an object");
        }
        for (var parameter : parameters.properties()) {
            var values = parameter.getValue();
            if (!values.isTextual() && !values.isArray()) {
                throw new BadDecision(
                        "query_parameters_to_set: value of '"
                                + parameter.getKey()
                                + "' must be a string or an array");
            }
            for (String text : texts(values, "query_parameters_to_set")) {
                set.add(new Decision.QueryParameter(encoded(parameter.getKey()), encoded(text)));
            }
        }
        return set;
    }

    private static String encoded(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '&' || c == '#' || c == '"') {
                throw new BadDecision(
                        "query_parameters_to_set: '" + text + "' is not percent-encoded");
            }
        }
        return text;
    }

    private static List<String> strings(JsonNode value, String member) {
        var array = value.get(member);
        if (array == null) {
            return List.of();
        }
        if (!array.isArray()) {
            throw new BadDecision(member + " must be an array of strings");
        }
        return texts(array, member);
    }

    private static List<String> texts(JsonNode textOrArray, String member) {
        if (textOrArray.isTextual()) {
            return List.of(textOrArray.textValue());
        }
        var texts = new ArrayList<String>(textOrArray.size());
        for (var text : textOrArray) {
            if (!text.isTextual()) {
                throw new BadDecision(member + ": " + text + " is not a string");
            }
            texts.add(text.textValue());
        }
        return texts;
    }

    private static boolean is(byte[] expected, byte[] result, int length) {
        return length == expected.length && Arrays.equals(expected, 0, length, result, 0, length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
