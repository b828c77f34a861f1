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

    FlowControl(Exchange exchange) {
        this.exchange = exchange;
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

    private void readClientAsAllowed() {
        if (!exchange.ended() && !exchange.requestComplete()) {
            exchange.client.setReading(!filterHoldsRequest && !upstreamFull);
        }
    }

    private void readUpstreamAsAllowed() {
        UpstreamRequest upstream = exchange.upstream;
        if (upstream != null) {
            upstream.setReading(!filterHoldsResponse && exchange.client.isWritable());
        }
    }
}
