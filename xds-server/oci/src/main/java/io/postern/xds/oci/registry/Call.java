package io.postern.xds.oci.registry;

import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request to a registry. Immutable.
 *
 * @param body sent anew with every try; null: none
 * @param to where the body of a good answer goes, made anew for every try
 * @param most bytes of that
 * @param patience for the whole answer
 */
record Call(
        String method,
        URI uri,
        Map<String, String> headers,
        @Nullable Supplier<HttpRequest.BodyPublisher> body,
        Supplier<? extends OutputStream> to,
        long most,
        Duration patience) {
    Call {
        headers = Map.copyOf(headers);
    }

    Call with(String header, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Call(method, uri, more, body, to, most, patience);
    }

    Call to(URI elsewhere, Map<String, String> sent) {
        return new Call(method, elsewhere, sent, body, to, most, patience);
    }

    /**
     * What came back.
     *
     * @param bytes of a good body that went to its stream
     * @param text of another answer's body, cut
     * @param stream where a good body went
     */
    record Answer(
            int status,
            HttpHeaders headers,
            long bytes,
            byte[] text,
            OutputStream stream,
            URI from) {
        boolean good() {
            return status / 100 == 2;
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        String words() {
            return new String(text, StandardCharsets.UTF_8);
        }
    }
}
