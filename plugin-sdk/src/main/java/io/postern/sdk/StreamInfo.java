package io.postern.sdk;

import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway knows about a stream, for access logs, header formats and plugin properties.
 * Times are nanoseconds; -1 means "not yet" or "never".
 */
public interface StreamInfo {
    /** Wall clock when the request head arrived, in nanoseconds since 1970. */
    long startTimeEpochNanos();

    /** From the start to now, or to the end once the stream has ended. */
    long durationNanos();

    /** From the start to the last byte of the request. */
    long requestReceivedNanos();

    /** From the start to the first byte of the upstream's response. */
    long firstUpstreamByteNanos();

    /** From the start to the last byte of the upstream's response. */
    long lastUpstreamByteNanos();

    /** {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}. */
    String protocol();

    /** Number of the downstream connection, unique in this process. */
    long connectionId();

    /** The peer of the connection. */
    SocketAddress directRemoteAddress();

    /** The client, as trusted from x-forwarded-for or the PROXY protocol. */
    SocketAddress remoteAddress();

    /** The address that the client connected to. */
    SocketAddress localAddress();

    /** TLS of the downstream connection; null for plain text. */
    @Nullable TlsInfo downstreamTls();

    /** Name of the matched route; empty when it has none or nothing matched. */
    String routeName();

    /** Name of the matched virtual host; empty when nothing matched. */
    String virtualHostName();

    /** Name of the cluster the request goes to; empty when it goes nowhere. */
    String clusterName();

    /** The chosen upstream host; null before one was chosen. */
    @Nullable SocketAddress upstreamAddress();

    /** The same as in {@link UpstreamEndpoint}; empty before one was chosen. */
    default String upstreamHost() {
        return "";
    }

    /** Where that host is; null before one was chosen. */
    default @Nullable Locality upstreamLocality() {
        return null;
    }

    /** How long the last try waited for a connection to the upstream. */
    default long upstreamPoolReadyNanos() {
        return -1;
    }

    /** The local end of the upstream connection; null before there is one. */
    @Nullable SocketAddress upstreamLocalAddress();

    /** TLS of the upstream connection; null for plain text and before there is one. */
    default @Nullable TlsInfo upstreamTls() {
        return null;
    }

    /** As {@link #protocol()}, of the upstream connection; empty before there is one. */
    default String upstreamProtocol() {
        return "";
    }

    /** Number of the upstream connection; -1 before there is one. */
    default long upstreamConnectionId() {
        return -1;
    }

    /** Why the upstream transport failed; empty when it did not. */
    String upstreamTransportFailure();

    /** The status sent to the client, or 0. */
    int responseCode();

    /** Envoy's response code details, {@code via_upstream} for example; empty when not known. */
    String responseCodeDetails();

    /** Envoy's response flags as text, {@code UF,URX} for example; {@code -} for none. */
    String responseFlags();

    /** The bits behind {@link #responseFlags()}, numbered as in Envoy's CoreResponseFlag. */
    long responseFlagBits();

    /** Request body bytes received. */
    long bytesReceived();

    /** Response body bytes sent. */
    long bytesSent();

    /** Upstream attempts made, retries included. */
    int attemptCount();

    /** Name of the listener's filter chain; empty when it has none. */
    String filterChainName();

    /** Filter state by key: what filters hand to each other and to the access log; mutable. */
    Map<String, byte[]> filterState();

    /** What the configuration notes about a part of it; none when there is no such part (yet). */
    default Metadata metadata(MetadataSource source) {
        return Metadata.none();
    }

    /** What filters have noted about this stream, as of now. */
    default Metadata dynamicMetadata() {
        return Metadata.none();
    }

    /**
     * Notes something, in the place of fields of the same names; others of the namespace stay
     * (Envoy's setDynamicMetadata).
     *
     * @return false when it would be more than {@link DynamicMetadata#MOST_OCTETS}: then nothing
     *     has changed
     */
    default boolean setDynamicMetadata(String namespace, MetadataValue.Struct fields) {
        return false;
    }

    /** TLS parameters of a connection. */
    interface TlsInfo {
        /** {@code TLSv1.3} for example. */
        String version();

        /** Cipher suite in OpenSSL's spelling. */
        String cipherSuite();

        /** Id of the session in hexadecimal digits; empty without one. */
        default String sessionId() {
            return "";
        }

        /** Server name the client asked for; empty without SNI. */
        String serverName();

        /** Negotiated ALPN protocol; empty without one. */
        String alpn();

        /** Whether the peer presented a certificate that was validated. */
        boolean peerCertificateValidated();

        /** Subject of the peer's certificate, RFC 2253; empty without one. */
        String peerSubject();

        /** First URI subject alternative name of the peer; empty without one. */
        String peerUriSan();

        /** First DNS subject alternative name of the peer; empty without one. */
        String peerDnsSan();

        /** The peer's certificates in DER, its own first; empty without one. Do not change them. */
        default List<byte[]> peerCertificates() {
            return List.of();
        }

        /** The same, decoded. */
        default List<X509Certificate> peerChain() {
            return List.of();
        }

        /** Our own certificate; null when none was shown. */
        default @Nullable X509Certificate localCertificate() {
            return null;
        }

        /** URI subject alternative names of the peer's certificate. */
        default List<String> peerUriSans() {
            return List.of();
        }

        /** DNS subject alternative names of the peer's certificate. */
        default List<String> peerDnsSans() {
            return List.of();
        }

        /** URI subject alternative names of our own certificate. */
        default List<String> localUriSans() {
            return List.of();
        }
    }
}
