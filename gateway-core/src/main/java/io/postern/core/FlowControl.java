package io.postern.core;

/**
 * Who of the two sides is read: each only while the other takes and no filter holds more than the
 * limit. Confined to the event loop.
 */
final class FlowControl {
    private final Exchange exchange;
    private boolean filterHoldsRequest;
    private boolean filterHoldsResponse;
    private boolean upstreamFull;
    private boolean clientHeld;

    FlowControl(Exchange exchange) {
        this.exchange = exchange;
    }

    /** What filters may hold of a body; as in Envoy, of HTTP/2 what its window lets arrive. */
    int bufferLimitBytes() {
        FlowParts parts = exchange.flow.parts();
        return exchange.info.isHttp2()
                ? parts.manager().http2().initialStreamWindowSize()
                : parts.limits().bufferLimitBytes();
    }

    void holdRequest(boolean hold) {
        filterHoldsRequest = hold;
        readClientAsAllowed();
    }

    void holdResponse(boolean hold) {
        filterHoldsResponse = hold;
        readUpstreamAsAllowed();
    }

    /** The upstream takes no more (or takes more again). */
    void upstreamWritable(boolean writable) {
        upstreamFull = !writable;
        readClientAsAllowed();
    }

    /** The client takes no more, or takes more again. */
    void clientWritabilityChanged() {
        readUpstreamAsAllowed();
    }

    /** Whether the client was not read for a while since this was asked the last time. */
    boolean takeClientHeld() {
        boolean held = clientHeld;
        clientHeld = filterHoldsRequest || upstreamFull;
        return held;
    }

    private void readClientAsAllowed() {
        if (!exchange.responseEnded() && !exchange.requestComplete()) {
            boolean hold = filterHoldsRequest || upstreamFull;
            clientHeld |= hold;
            exchange.client.setReading(!hold);
        }
    }

    private void readUpstreamAsAllowed() {
        UpstreamRequest upstream = exchange.upstream;
        if (upstream != null) {
            upstream.setReading(!filterHoldsResponse && exchange.client.isWritable());
        }
    }
}
