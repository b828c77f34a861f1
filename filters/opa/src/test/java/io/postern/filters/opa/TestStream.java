package io.postern.filters.opa;

import io.postern.sdk.Body;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.StreamInfo;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One request on its way through one filter, as the filter chain would drive it. */
final class TestStream implements FilterCallbacks {
    private final HeaderMap headers;
    private final TestWorker worker;
    private final StreamInfo info = new TestStreamInfo();
    private byte[] held = {};
    private @Nullable LocalReply reply;

    TestStream(TestWorker worker, HeaderMap headers) {
        this.worker = worker;
        this.headers = headers;
    }

    /** Sends head and body, in chunks, through a filter; whether the request went on. */
    boolean send(WorkerFilter filters, String... chunks) {
        var filter = filters.newFilter(this);
        var status = filter.onRequestHeaders(headers, chunks.length == 0);
        for (int i = 0; i < chunks.length && reply == null; i++) {
            held = concat(held, chunks[i].getBytes(StandardCharsets.UTF_8));
            status = filter.onRequestBody(new Held(), i == chunks.length - 1);
        }
        if (status == FilterStatus.CONTINUE) {
            filter.onResponseHeaders(responseHeaders(), true);
        }
        filter.onLog();
        filter.onDestroy();
        return status == FilterStatus.CONTINUE;
    }

    /** The status of the local reply; 200 when there is none. */
    int status() {
        return reply == null ? 200 : reply.status();
    }

    String replyBody() {
        return reply == null ? "" : new String(reply.body(), StandardCharsets.UTF_8);
    }

    @Nullable LocalReply reply() {
        return reply;
    }

    private final HeaderMap responseHeaders = HeaderMap.of(":status", "200");

    @Override
    public HeaderMap requestHeaders() {
        return headers;
    }

    @Override
    public @Nullable HeaderMap requestTrailers() {
        return null;
    }

    @Override
    public HeaderMap responseHeaders() {
        return responseHeaders;
    }

    @Override
    public @Nullable HeaderMap responseTrailers() {
        return null;
    }

    @Override
    public @Nullable Body requestBody() {
        return held.length == 0 ? null : new Held();
    }

    @Override
    public @Nullable Body responseBody() {
        return null;
    }

    @Override
    public void resumeRequest() {}

    @Override
    public void resumeResponse() {}

    @Override
    public void sendLocalReply(LocalReply localReply) {
        reply = localReply;
    }

    @Override
    public void resetStream() {}

    @Override
    public void clearRouteCache() {}

    @Override
    public StreamInfo streamInfo() {
        return info;
    }

    @Override
    public Worker worker() {
        return worker;
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private final class Held implements Body {
        @Override
        public int length() {
            return held.length;
        }

        @Override
        public void copyTo(int index, byte[] target, int offset, int length) {
            System.arraycopy(held, index, target, offset, length);
        }

        @Override
        public void replace(int index, int length, byte[] source, int offset, int count) {
            throw new UnsupportedOperationException("no policy edits bodies");
        }
    }
}
