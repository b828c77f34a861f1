package io.postern.core.rollout;

import io.postern.sdk.Body;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.StreamInfo;
import io.postern.sdk.UpstreamEndpoint;
import io.postern.sdk.Worker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a filter asks of its stream, passed on. Confined to the stream's loop. */
abstract class ForwardedCallbacks implements FilterCallbacks {
    final FilterCallbacks stream;

    ForwardedCallbacks(FilterCallbacks stream) {
        this.stream = stream;
    }

    @Override
    public HeaderMap requestHeaders() {
        return stream.requestHeaders();
    }

    @Override
    public @Nullable HeaderMap requestTrailers() {
        return stream.requestTrailers();
    }

    @Override
    public @Nullable HeaderMap responseHeaders() {
        return stream.responseHeaders();
    }

    @Override
    public @Nullable HeaderMap responseTrailers() {
        return stream.responseTrailers();
    }

    @Override
    public @Nullable Body requestBody() {
        return stream.requestBody();
    }

    @Override
    public @Nullable Body responseBody() {
        return stream.responseBody();
    }

    @Override
    public void addResponseBody(byte[] octets) {
        stream.addResponseBody(octets);
    }

    @Override
    public boolean injectResponseBody(byte[] octets, boolean endOfStream) {
        return stream.injectResponseBody(octets, endOfStream);
    }

    @Override
    public List<UpstreamEndpoint> upstreamHosts() {
        return stream.upstreamHosts();
    }

    @Override
    public void overrideUpstreamHost(String address, boolean strict) {
        stream.overrideUpstreamHost(address, strict);
    }

    @Override
    public void resumeRequest() {
        stream.resumeRequest();
    }

    @Override
    public void resumeResponse() {
        stream.resumeResponse();
    }

    @Override
    public void sendLocalReply(LocalReply reply) {
        stream.sendLocalReply(reply);
    }

    @Override
    public void resetStream() {
        stream.resetStream();
    }

    @Override
    public void clearRouteCache() {
        stream.clearRouteCache();
    }

    @Override
    public StreamInfo streamInfo() {
        return stream.streamInfo();
    }

    @Override
    public Worker worker() {
        return stream.worker();
    }
}
