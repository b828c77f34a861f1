package io.postern.sdk.testkit;

import io.postern.sdk.Body;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import io.postern.sdk.UpstreamEndpoint;
import io.postern.sdk.WorkerFilter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream with one filter, driven by hand. Holds bodies as a filter chain does: what a paused
 * filter was shown is shown again with the next chunk.
 */
public final class FilterStream implements FilterCallbacks {
    private final FakeWorker worker;
    private final FakeStreamInfo info = new FakeStreamInfo();
    private final Filter filter;
    private HeaderMap requestHeaders = new HeaderMap();
    private @Nullable HeaderMap requestTrailers;
    private @Nullable HeaderMap responseHeaders;
    private @Nullable HeaderMap responseTrailers;
    private @Nullable ArrayBody requestBody;
    private @Nullable ArrayBody responseBody;

    /** What happened, in order: "resumeRequest", "reply 403" … */
    public final List<String> events = new ArrayList<>();

    /** The reply that the filter sent; null when it sent none. */
    public @Nullable LocalReply reply;

    /** What the filter is told when it asks for hosts. */
    public List<UpstreamEndpoint> hosts = List.of();

    /** The host that the filter chose; empty: none. */
    public String overrideHost = "";

    /** Whether it was to be that host or none. */
    public boolean overrideStrict;

    /** How often the route was to be chosen anew. */
    public int routeCacheClears;

    /** A stream on this worker. */
    public FilterStream(FakeWorker worker, WorkerFilter factory) {
        this(worker, factory, new HeaderMap());
    }

    /** A stream on this worker whose request head is there already, as in the gateway. */
    public FilterStream(FakeWorker worker, WorkerFilter factory, HeaderMap head) {
        this.worker = worker;
        this.requestHeaders = head;
        this.filter = factory.newFilter(this);
    }

    /** A GET request head for this path and further headers. */
    public static HeaderMap get(String path, String... more) {
        var head =
                HeaderMap.of(
                        ":method",
                        "GET",
                        ":path",
                        path,
                        ":authority",
                        "example.com",
                        ":scheme",
                        "http");
        for (int i = 0; i < more.length; i += 2) {
            head.add(HeaderName.of(more[i]), more[i + 1]);
        }
        return head;
    }

    /** Shows the filter a request head. */
    public FilterStatus request(HeaderMap head, boolean endOfStream) {
        requestHeaders = head;
        return filter.onRequestHeaders(head, endOfStream);
    }

    /** Shows the filter a chunk of the request body. */
    public FilterStatus requestBody(String chunk, boolean endOfStream) {
        requestBody = added(requestBody, chunk);
        FilterStatus status = filter.onRequestBody(requestBody, endOfStream);
        if (status == FilterStatus.CONTINUE) {
            events.add("request body " + requestBody);
            requestBody = null;
        }
        return status;
    }

    /** Shows the filter the request trailers. */
    public FilterStatus requestTrailers(HeaderMap trailers) {
        requestTrailers = trailers;
        return filter.onRequestTrailers(trailers);
    }

    /** Shows the filter a response head. */
    public FilterStatus response(HeaderMap head, boolean endOfStream) {
        responseHeaders = head;
        return filter.onResponseHeaders(head, endOfStream);
    }

    /** Shows the filter a chunk of the response body. */
    public FilterStatus responseBody(String chunk, boolean endOfStream) {
        responseBody = added(responseBody, chunk);
        FilterStatus status = filter.onResponseBody(responseBody, endOfStream);
        if (status == FilterStatus.CONTINUE) {
            events.add("response body " + responseBody);
            responseBody = null;
        }
        return status;
    }

    /** Shows the filter the response trailers. */
    public FilterStatus responseTrailers(HeaderMap trailers) {
        responseTrailers = trailers;
        return filter.onResponseTrailers(trailers);
    }

    /** Ends the stream. */
    public void end() {
        filter.onLog();
        filter.onDestroy();
    }

    /** Text of the reply's body. */
    public String replyBody() {
        return reply == null ? "" : new String(reply.body(), StandardCharsets.UTF_8);
    }

    private static ArrayBody added(@Nullable ArrayBody held, String chunk) {
        byte[] bytes = chunk.getBytes(StandardCharsets.UTF_8);
        if (held == null) {
            return new ArrayBody(bytes);
        }
        held.append(bytes);
        return held;
    }

    @Override
    public HeaderMap requestHeaders() {
        return requestHeaders;
    }

    @Override
    public @Nullable HeaderMap requestTrailers() {
        return requestTrailers;
    }

    @Override
    public @Nullable HeaderMap responseHeaders() {
        return responseHeaders;
    }

    @Override
    public @Nullable HeaderMap responseTrailers() {
        return responseTrailers;
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
        events.add("resumeRequest");
    }

    @Override
    public void resumeResponse() {
        events.add("resumeResponse");
    }

    @Override
    public boolean injectResponseBody(byte[] octets, boolean endOfStream) {
        String text = new String(octets, StandardCharsets.UTF_8);
        events.add("injected " + text + (endOfStream ? "." : ""));
        return true;
    }

    @Override
    public List<UpstreamEndpoint> upstreamHosts() {
        return hosts;
    }

    @Override
    public void overrideUpstreamHost(String address, boolean strict) {
        overrideHost = address;
        overrideStrict = strict;
    }

    @Override
    public void sendLocalReply(LocalReply sent) {
        if (reply != null) {
            return;
        }
        reply = sent;
        events.add("reply " + sent.status());
        info.responseCode = sent.status();
        var head = HeaderMap.of(":status", Integer.toString(sent.status()));
        sent.headers().forEach(header -> head.add(header.name(), header.value()));
        FilterStatus status = response(head, sent.body().length == 0);
        if (status == FilterStatus.CONTINUE && sent.body().length > 0) {
            status = responseBody(new String(sent.body(), StandardCharsets.UTF_8), true);
        }
        events.add(status == FilterStatus.CONTINUE ? "reply sent" : "reply held");
    }

    @Override
    public void resetStream() {
        events.add("reset");
    }

    @Override
    public void clearRouteCache() {
        routeCacheClears++;
    }

    @Override
    public FakeStreamInfo streamInfo() {
        return info;
    }

    @Override
    public FakeWorker worker() {
        return worker;
    }
}
