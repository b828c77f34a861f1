package io.postern.filters.opa.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code parsed_body} and {@code truncated_body}. Kinds of content are told apart as the
 * plugin does: by what {@code content-type} contains. gRPC messages are not parsed, as in a plugin
 * without a descriptor set. Confined to one worker.
 */
final class ParsedBody {
    private static final int DEEPEST_JSON = 256; // the guest's parser recurses on a small stack

    private final JsonFactory factory =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(DEEPEST_JSON).build())
                    .build();

    /** Writes both members; returns what makes the plugin refuse the request, or null. */
    @Nullable String write(HeaderMap headers, @Nullable RequestBody body, JsonBytes json) {
        json.raw(Fragments.PARSED_BODY);
        int type = headers.indexOf(HeaderName.CONTENT_TYPE);
        if (body == null || body.length() == 0 || body.truncated() || type < 0) {
            return nothing(body != null && body.truncated(), json);
        }
        String contentType = headers.value(type);
        var kind = Kind.of(contentType);
        if (kind == Kind.OTHER) {
            return nothing(false, json);
        }
        String length = headers.get(HeaderName.CONTENT_LENGTH);
        if (length != null && isLonger(length, body.length())) {
            return nothing(true, json);
        }
        byte[] octets = Utf8.coerced(body.octets(), body.length());
        String error =
                switch (kind) {
                    case JSON -> json(octets, body.length(), json);
                    case FORM -> form(octets, body.length(), json);
                    case MULTIPART ->
                            MultipartForm.write(contentType, octets, body.length(), this, json);
                    case OTHER -> null;
                };
        json.raw(Fragments.NOT_TRUNCATED);
        return error;
    }

    /** Writes octets that are one JSON value; or returns why they are not. */
    @Nullable String json(byte[] octets, int length, JsonBytes json) {
        try (var parser = factory.createParser(octets, 0, length)) {
            if (parser.nextToken() == null) {
                return "body is not JSON: it is blank";
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                return "body is not JSON: text follows the value";
            }
        } catch (IOException e) {
            return "body is not JSON";
        }
        json.raw(octets, 0, length);
        return null;
    }

    private static @Nullable String form(byte[] octets, int length, JsonBytes json) {
        String error = FormText.queryError(octets, 0, length);
        if (error == null) {
            RequestTarget.fields(FormText.fields(octets, 0, length), json);
        }
        return error;
    }

    private static @Nullable String nothing(boolean truncated, JsonBytes json) {
        json.raw(Fragments.NULL);
        json.raw(truncated ? Fragments.TRUNCATED : Fragments.NOT_TRUNCATED);
        return null;
    }

    private static boolean isLonger(String contentLength, int length) {
        long announced = 0;
        for (int i = 0; i < contentLength.length() && announced <= length; i++) {
            int digit = contentLength.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return false; // the gateway refuses such a request before it comes here
            }
            announced = announced * 10 + digit;
        }
        return announced > length;
    }

    private enum Kind {
        JSON,
        FORM,
        MULTIPART,
        OTHER;

        // The order is the plugin's: application/grpc comes before the forms.
        static Kind of(String contentType) {
            if (contentType.contains("application/json")) {
                return JSON;
            }
            if (contentType.contains("application/grpc")) {
                return OTHER;
            }
            if (contentType.contains("application/x-www-form-urlencoded")) {
                return FORM;
            }
            return contentType.contains("multipart/form-data") ? MULTIPART : OTHER;
        }
    }

    static String latin1(byte[] octets, int start, int end) {
        return new String(octets, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
