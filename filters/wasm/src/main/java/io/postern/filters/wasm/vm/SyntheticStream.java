package io.postern.filters.wasm.vm;

import io.postern.sdk.Body;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import io.postern.sdk.Worker;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An exchange that nobody makes, for {@link WarmUp}: every fourth is a POST with JSON, the response
 * is JSON. Where the filter waits or answers the exchange is over.
 */
final class SyntheticStream implements FilterCallbacks {
    private static final byte[] REQUEST = octets("{\"model\":\"m\",\"user\":{\"name\":\"a b\"}}");
    private static final byte[] RESPONSE = octets("{\"id\":1,\"items\":[{\"k\":\"v\"},true,2.5]}");
    private static final HeaderMap RESPONSE_HEAD =
            HeaderMap.of(
                    ":status",
                    "200",
                    "content-type",
                    "application/json",
                    "content-length",
                    Integer.toString(RESPONSE.length),
                    "date",
                    "Thu, 01 Jan 2026 00:00:00 GMT",
                    "server",
                    "upstream",
                    "set-cookie",
                    "session=0123456789abcdef; Path=/; HttpOnly");
    private static final int ONE_POST_IN = 4;

    private final Worker worker;
    private final boolean post;
    private final HeaderMap request;
    private final HeaderMap response = new HeaderMap();
    private final SyntheticInfo info;
    private @Nullable Chunk requestBody;
    private @Nullable Chunk responseBody;
    private boolean answered;

    SyntheticStream(Worker worker, int number) {
        this.worker = worker;
        info = new SyntheticInfo(worker, number);
        post = number % ONE_POST_IN == 0;
        request =
                HeaderMap.of(
                        ":method",
                        post ? "POST" : "GET",
                        ":path",
                        "/api/v1/items/" + number + "?a=1&b=two%20words",
                        ":authority",
                        "example.com",
                        ":scheme",
                        "https",
                        "user-agent",
                        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
                        "accept",
                        "*/*",
                        "accept-encoding",
                        "gzip, deflate, br",
                        "cookie",
                        "session=0123456789abcdef; theme=dark",
                        "x-forwarded-for",
                        "192.0.2.1",
                        "x-forwarded-proto",
                        "https",
                        "x-request-id",
                        "9f3a6c1e-0d5b-4b8f-a0c7-1f2e3d4c5b6a");
        if (post) {
            request.add(HeaderName.of("content-type"), "application/json");
            request.add(HeaderName.CONTENT_LENGTH, Integer.toString(REQUEST.length));
        } else {
            request.add(HeaderName.of("authorization"), "Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln");
        }
        response.copyFrom(RESPONSE_HEAD);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    void run(PluginOnWorker plugin) {
        Filter filter = plugin.newFilter(this);
        exchange(filter);
        filter.onLog();
        filter.onDestroy();
    }

    private void exchange(Filter filter) {
        FilterStatus status = filter.onRequestHeaders(request, !post);
        if (post && status != FilterStatus.PAUSE && !answered) {
            requestBody = new Chunk(REQUEST);
            status = filter.onRequestBody(requestBody, true);
        }
        if (answered) {
            return;
        }
        requestBody = null;
        if (filter.onResponseHeaders(response, false) != FilterStatus.PAUSE && !answered) {
            responseBody = new Chunk(RESPONSE);
            filter.onResponseBody(responseBody, true);
        }
    }

    @Override
    public HeaderMap requestHeaders() {
        return request;
    }

    @Override
    public @Nullable HeaderMap requestTrailers() {
        return null;
    }

    @Override
    public HeaderMap responseHeaders() {
        return response;
    }

    @Override
    public @Nullable HeaderMap responseTrailers() {
        return null;
    }

    @Override
    public @Nullable Body requestBody() {
        return requestBody;
    }

    @Override
    public @Nullable Body responseBody() {
        return responseBody;
    }

    @Override
    public void resumeRequest() {
        // it went on already, or is over
    }

    @Override
    public void resumeResponse() {
        // it went on already, or is over
    }

    @Override
    public void sendLocalReply(LocalReply reply) {
        answered = true;
    }

    @Override
    public void resetStream() {
        answered = true;
    }

    @Override
    public void clearRouteCache() {
        // there is no route
    }

    @Override
    public SyntheticInfo streamInfo() {
        return info;
    }

    @Override
    public Worker worker() {
        return worker;
    }

    private static final class Chunk implements Body {
        private byte[] bytes;

        Chunk(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int length() {
            return bytes.length;
        }

        @Override
        public void copyTo(int index, byte[] target, int offset, int length) {
            Objects.checkFromIndexSize(index, length, bytes.length);
            System.arraycopy(bytes, index, target, offset, length);
        }

        @Override
        public void replace(int index, int length, byte[] source, int offset, int count) {
            Objects.checkFromIndexSize(index, length, bytes.length);
            int tail = bytes.length - index - length;
            byte[] after = Arrays.copyOf(bytes, index + count + tail);
            System.arraycopy(source, offset, after, index, count);
            System.arraycopy(bytes, index + length, after, index + count, tail);
            bytes = after;
        }
    }
}
