package io.postern.xds.oci.registry;

import io.postern.xds.oci.Limits;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Requests with the authorization that an endpoint asks for. Thread-safe. */
record Session(Transport transport, Tokens tokens, Limits limits) {
    static final String AGENT = "postern";
    static final String PULL = "pull";
    static final String PUSH = "pull,push";
    private static final int UNAUTHORIZED = 401;
    private static final long SLOWEST_BYTES_A_SECOND = 64 << 10;

    /** Sends it; once more with what a 401 asks for. */
    Call.Answer authorized(
            Endpoint endpoint, String repository, String actions, Call call, Deadline deadline)
            throws InterruptedException {
        Optional<String> known = tokens.known(endpoint, repository, actions, deadline);
        Call first = known.map(header -> call.with("authorization", header)).orElse(call);
        Call.Answer answer = transport.send(first, deadline);
        if (answer.status() != UNAUTHORIZED || !Transport.sameOrigin(call.uri(), answer.from())) {
            return answer;
        }
        String header = tokens.answer(endpoint, repository, actions, answer, deadline);
        return transport.send(call.with("authorization", header), deadline);
    }

    /** How long so much may take. */
    Duration patience(long bytes) {
        return limits.answer().plusSeconds(bytes / SLOWEST_BYTES_A_SECOND);
    }

    Call get(URI uri) {
        return call("GET", uri, null, limits.answer());
    }

    Call call(
            String method,
            URI uri,
            @Nullable Supplier<HttpRequest.BodyPublisher> body,
            Duration patience) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("user-agent", AGENT);
        return new Call(
                method,
                uri,
                headers,
                body,
                ByteArrayOutputStream::new,
                limits.manifestBytes(),
                patience);
    }
}
