package io.postern.filters.opa;

import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.Metadata;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.FakeWorker;
import io.postern.sdk.testkit.FilterStream;
import org.jspecify.annotations.Nullable;

/** One request on its way through one policy. */
final class TestStream {
    private final FakeWorker worker;
    private final HeaderMap headers;
    private final HeaderMap responseHeaders = HeaderMap.of(":status", "200");
    private @Nullable LocalReply reply;
    private String replyBody = "";
    private Metadata noted = Metadata.none();

    TestStream(FakeWorker worker, HeaderMap headers) {
        this.worker = worker;
        this.headers = headers;
    }

    /** Sends head and body, in chunks, through the filter; whether the request went on. */
    boolean send(WorkerFilter filters, String... chunks) {
        var stream = new FilterStream(worker, filters);
        var status = stream.request(headers, chunks.length == 0);
        for (int i = 0; i < chunks.length && stream.reply == null; i++) {
            status = stream.requestBody(chunks[i], i == chunks.length - 1);
        }
        if (status == FilterStatus.CONTINUE) {
            stream.response(responseHeaders, true);
        }
        stream.end();
        noted = stream.streamInfo().dynamicMetadata();
        reply = stream.reply;
        replyBody = stream.replyBody();
        return status == FilterStatus.CONTINUE;
    }

    /** The status of the local reply; 200 when there is none. */
    int status() {
        return reply == null ? 200 : reply.status();
    }

    Metadata noted() {
        return noted;
    }

    String replyBody() {
        return replyBody;
    }

    @Nullable LocalReply reply() {
        return reply;
    }

    HeaderMap responseHeaders() {
        return responseHeaders;
    }

    HeaderMap requestHeaders() {
        return headers;
    }
}
