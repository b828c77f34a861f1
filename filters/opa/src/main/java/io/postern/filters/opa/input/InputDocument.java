package io.postern.filters.opa.input;

import io.postern.config.model.OpaSpec;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.StreamInfo;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the input document of one decision after the other into one buffer. Confined to one
 * worker.
 */
public final class InputDocument {
    private static final HeaderName PARTIAL_BODY = HeaderName.of("x-envoy-auth-partial-body");
    private static final HeaderName SERVICE = HeaderName.of("x-envoy-downstream-service-cluster");
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final JsonBytes json = new JsonBytes(4096);
    private final PeerAddresses addresses = new PeerAddresses();
    private final byte[] contextExtensions;
    private final ParsedBody parsedBody = new ParsedBody();

    /** A writer that puts these into {@code attributes.contextExtensions}. */
    public InputDocument(List<OpaSpec.NameValue> contextExtensions) {
        this.contextExtensions = fragment(contextExtensions);
    }

    /** The document; valid until the next {@link #write}. */
    public byte[] octets() {
        return json.octets();
    }

    /** Octets of the document that count. */
    public int length() {
        return json.length();
    }

    /**
     * Writes the document of a request.
     *
     * @param streamId number of the stream, for {@code request.http.id}
     * @param body what the policy is shown of the body; null when bodies are not read
     * @return null, or why the request cannot be read (OPA's plugin answers 400 with it)
     */
    public @Nullable String write(
            HeaderMap headers, StreamInfo stream, long streamId, @Nullable RequestBody body) {
        json.clear();
        int path = headers.indexOf(HeaderName.PATH);
        int pathStart = path < 0 ? 0 : headers.valueStart(path);
        int pathEnd = path < 0 ? 0 : pathStart + headers.valueLength(path);
        String error = RequestTarget.error(headers.octets(), pathStart, pathEnd);
        if (error != null) {
            return error;
        }
        peers(headers, stream);
        request(headers, stream, streamId, body);
        if (contextExtensions.length > 0) {
            json.raw(Fragments.CONTEXT_EXTENSIONS);
            json.raw(contextExtensions);
        }
        json.raw(Fragments.METADATA);
        RequestTarget.write(headers.octets(), pathStart, pathEnd, json);
        error = parsedBody.write(headers, body, json);
        principal(Fragments.SOURCE_PRINCIPAL, stream);
        json.raw('}');
        return error;
    }

    private void peers(HeaderMap headers, StreamInfo stream) {
        var peers =
                addresses.of(
                        stream.connectionId(), stream.directRemoteAddress(), stream.localAddress());
        json.raw(Fragments.SOURCE);
        json.raw(peers.sourceJson());
        int service = headers.indexOf(SERVICE);
        if (service >= 0 && headers.valueLength(service) > 0) {
            json.raw(Fragments.SERVICE);
            value(headers, service);
        }
        principal(Fragments.PRINCIPAL, stream);
        json.raw(Fragments.DESTINATION);
        json.raw(peers.destinationJson());
    }

    // Envoy: the first URI subject alternative name, else the first DNS name, else the subject.
    private void principal(byte[] field, StreamInfo stream) {
        var tls = stream.downstreamTls();
        if (tls == null) {
            return;
        }
        String principal = tls.peerUriSan();
        if (principal.isEmpty()) {
            principal = tls.peerDnsSan().isEmpty() ? tls.peerSubject() : tls.peerDnsSan();
        }
        if (!principal.isEmpty()) {
            json.raw(field);
            json.string(principal);
        }
    }

    private void request(
            HeaderMap headers, StreamInfo stream, long streamId, @Nullable RequestBody body) {
        long time = stream.startTimeEpochNanos();
        json.raw(Fragments.SECONDS);
        json.number(time / NANOS_PER_SECOND);
        json.raw(Fragments.NANOS);
        json.number(time % NANOS_PER_SECOND);
        json.raw(Fragments.HTTP_ID);
        json.number(streamId);
        json.raw(Fragments.METHOD);
        json.raw('"');
        int method = headers.indexOf(HeaderName.METHOD);
        if (method >= 0) {
            json.text(headers.octets(), headers.valueStart(method), headers.valueLength(method));
        }
        json.raw('"');
        field(Fragments.PATH, headers, HeaderName.PATH);
        field(Fragments.HOST, headers, HeaderName.AUTHORITY);
        field(Fragments.SCHEME, headers, HeaderName.SCHEME);
        json.raw(Fragments.PROTOCOL);
        json.string(stream.protocol());
        if (stream.bytesReceived() > 0) {
            json.raw(Fragments.SIZE);
            json.number(stream.bytesReceived());
        }
        headers(headers, body);
        if (body != null && body.length() > 0) {
            json.raw(Fragments.BODY);
            json.string(body.octets(), 0, body.length());
        }
        json.raw(Fragments.END_REQUEST);
    }

    private void field(byte[] fragment, HeaderMap headers, HeaderName name) {
        int index = headers.indexOf(name);
        if (index >= 0 && headers.valueLength(index) > 0) {
            json.raw(fragment);
            value(headers, index);
        }
    }

    // Lines of one name are joined by commas, as Envoy does before it calls out.
    private void headers(HeaderMap headers, @Nullable RequestBody body) {
        json.raw(Fragments.HEADERS);
        boolean first = true;
        byte[] octets = headers.octets();
        for (int i = 0; i < headers.size(); i++) {
            int name = headers.nameStart(i);
            int length = headers.nameLength(i);
            if (headers.indexOf(octets, name, length, 0) < i || isPartialBodyMark(headers, i)) {
                continue;
            }
            if (!first) {
                json.raw(',');
            }
            first = false;
            json.string(octets, name, length);
            json.raw(':');
            joinedValue(headers, i);
        }
        if (body != null && body.length() > 0) {
            if (!first) {
                json.raw(',');
            }
            json.raw(Fragments.PARTIAL_BODY);
            json.raw(body.truncated() ? Fragments.PARTIAL : Fragments.COMPLETE);
        }
        json.raw('}');
    }

    private void joinedValue(HeaderMap headers, int index) {
        byte[] octets = headers.octets();
        int name = headers.nameStart(index);
        int length = headers.nameLength(index);
        json.raw('"');
        json.text(octets, headers.valueStart(index), headers.valueLength(index));
        for (int i = headers.indexOf(octets, name, length, index + 1);
                i >= 0;
                i = headers.indexOf(octets, name, length, i + 1)) {
            json.raw(',');
            json.text(octets, headers.valueStart(i), headers.valueLength(i));
        }
        json.raw('"');
    }

    private static boolean isPartialBodyMark(HeaderMap headers, int index) {
        return headers.nameLength(index) == PARTIAL_BODY.length()
                && headers.indexOf(PARTIAL_BODY, index) == index;
    }

    private void value(HeaderMap headers, int index) {
        json.string(headers.octets(), headers.valueStart(index), headers.valueLength(index));
    }

    private static byte[] fragment(List<OpaSpec.NameValue> extensions) {
        var fragment = new JsonBytes(128);
        char before = '{';
        for (var extension : extensions) {
            fragment.raw(before);
            fragment.string(extension.name());
            fragment.raw(':');
            fragment.string(extension.value());
            before = ',';
        }
        if (before == ',') {
            fragment.raw('}');
        }
        return Arrays.copyOf(fragment.octets(), fragment.length());
    }
}
