package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import io.postern.core.http.HttpConnection.Protocol;
import java.util.List;

/** Which HTTP versions the connections of a pool may speak. */
enum Offer {
    HTTP1(0),
    HTTP2(1),
    /** What ALPN says; HTTP/1.1 when it says nothing. */
    EITHER(2);

    /** How many there are. */
    static final int COUNT = 3;

    private final int slot;

    Offer(int slot) {
        this.slot = slot;
    }

    /** 0 to {@link #COUNT} - 1, for tables by offer. */
    int slot() {
        return slot;
    }

    /** ALPN names to offer where the configuration names none, as Envoy's pools do. */
    List<String> alpn() {
        return switch (this) {
            case HTTP1 -> List.of("http/1.1");
            case HTTP2 -> List.of("h2");
            case EITHER -> List.of("h2", "http/1.1");
        };
    }

    /** The offer for a request that came in with {@code downstream}. */
    static Offer of(Cluster.Protocol configured, Protocol downstream) {
        return switch (configured) {
            case HTTP1 -> HTTP1;
            case HTTP2 -> HTTP2;
            case AUTO -> EITHER;
            case DOWNSTREAM -> downstream == Protocol.HTTP_2 ? HTTP2 : HTTP1;
        };
    }

    /** The version of a connection whose handshake agreed on {@code alpn}; empty without ALPN. */
    Protocol negotiated(String agreed) {
        return switch (this) {
            case HTTP1 -> Protocol.HTTP_1_1;
            case HTTP2 -> Protocol.HTTP_2;
            case EITHER -> agreed.equals("h2") ? Protocol.HTTP_2 : Protocol.HTTP_1_1;
        };
    }
}
