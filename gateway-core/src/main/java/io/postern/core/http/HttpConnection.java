package io.postern.core.http;

import io.postern.sdk.StreamInfo.TlsInfo;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** What streams share: one connection, client's or upstream's side. Confined to its event loop. */
public interface HttpConnection {
    /** Unique in this process. */
    long id();

    /** {@code HTTP/1.1} or {@code HTTP/2}; an HTTP/1.0 request says so in its own head. */
    Protocol protocol();

    /** The peer. */
    SocketAddress remoteAddress();

    /** Our end. */
    SocketAddress localAddress();

    /** What the client wanted to connect to before it was led here; null: nobody said so. */
    default @Nullable SocketAddress originalDestination() {
        return null;
    }

    /** TLS parameters; null for plain text. */
    @Nullable TlsInfo tls();

    /**
     * No new streams: HTTP/2 sends GOAWAY, HTTP/1 answers with {@code connection: close}; the
     * connection ends when its open streams have.
     */
    void drain();

    /** Closes now; open streams are reset. */
    void close();

    /** HTTP versions. */
    enum Protocol {
        HTTP_1_0("HTTP/1.0"),
        HTTP_1_1("HTTP/1.1"),
        HTTP_2("HTTP/2");

        private final String text;

        Protocol(String text) {
            this.text = text;
        }

        /** As in {@code %PROTOCOL%}. */
        public String text() {
            return text;
        }
    }
}
