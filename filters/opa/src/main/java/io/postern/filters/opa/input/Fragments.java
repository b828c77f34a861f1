package io.postern.filters.opa.input;

import java.nio.charset.StandardCharsets;

/** The fixed parts of the input document, encoded once. */
final class Fragments {
    static final byte[] SOURCE = ascii("{\"attributes\":{\"source\":{\"address\":");
    static final byte[] PRINCIPAL = ascii(",\"principal\":");
    static final byte[] SERVICE = ascii(",\"service\":");
    static final byte[] DESTINATION = ascii("},\"destination\":{\"address\":");
    static final byte[] SECONDS = ascii("},\"request\":{\"time\":{\"seconds\":");
    static final byte[] NANOS = ascii(",\"nanos\":");
    static final byte[] HTTP_ID = ascii("},\"http\":{\"id\":\"");
    static final byte[] METHOD = ascii("\",\"method\":");
    static final byte[] PATH = ascii(",\"path\":");
    static final byte[] HOST = ascii(",\"host\":");
    static final byte[] SCHEME = ascii(",\"scheme\":");
    static final byte[] PROTOCOL = ascii(",\"protocol\":");
    static final byte[] SIZE = ascii(",\"size\":");
    static final byte[] HEADERS = ascii(",\"headers\":{");
    static final byte[] PARTIAL_BODY = ascii("\"x-envoy-auth-partial-body\":");
    static final byte[] PARTIAL = ascii("\"true\"");
    static final byte[] COMPLETE = ascii("\"false\"");
    static final byte[] BODY = ascii(",\"body\":");
    static final byte[] END_REQUEST = ascii("}}");
    static final byte[] CONTEXT_EXTENSIONS = ascii(",\"contextExtensions\":");
    static final byte[] METADATA =
            ascii(
                    ",\"metadataContext\":{},\"routeMetadataContext\":{}}"
                            + ",\"version\":{\"ext_authz\":\"v3\",\"encoding\":\"protojson\"},");
    static final byte[] PARSED_PATH = ascii("\"parsed_path\":");
    static final byte[] PARSED_QUERY = ascii(",\"parsed_query\":");
    static final byte[] PARSED_BODY = ascii(",\"parsed_body\":");
    static final byte[] TRUNCATED = ascii(",\"truncated_body\":true");
    static final byte[] NOT_TRUNCATED = ascii(",\"truncated_body\":false");
    static final byte[] SOURCE_PRINCIPAL = ascii(",\"source_principal\":");
    static final byte[] EMPTY_OBJECT = ascii("{}");
    static final byte[] NULL = ascii("null");

    private Fragments() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
