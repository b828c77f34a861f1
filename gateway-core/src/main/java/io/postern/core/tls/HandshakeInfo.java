package io.postern.core.tls;

import io.netty.handler.ssl.SslHandler;
import io.postern.sdk.StreamInfo.TlsInfo;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** What a finished handshake agreed on. Thread-safe: immutable. */
record HandshakeInfo(
        String version,
        String cipherSuite,
        String serverName,
        String alpn,
        boolean peerCertificateValidated,
        String peerSubject,
        String peerUriSan,
        String peerDnsSan,
        List<X509Certificate> peerChain,
        @Nullable X509Certificate localCertificate,
        byte[] session,
        List<byte[]> peerCertificates,
        List<String> peerUriSans,
        List<String> peerDnsSans,
        List<String> localUriSans)
        implements TlsInfo {
    /**
     * Reads it from the handler of the connection.
     *
     * @param server the peer is a server
     */
    static HandshakeInfo of(SslHandler handler, PeerCheck check, boolean server) {
        SSLSession session = handler.engine().getSession();
        List<X509Certificate> peer = peer(session);
        PeerNames names = peer.isEmpty() ? new PeerNames(List.of()) : PeerNames.of(peer.getFirst());
        String alpn = handler.applicationProtocol();
        return new HandshakeInfo(
                session.getProtocol(),
                CipherNames.toOpenSsl(session.getCipherSuite()),
                serverName(session),
                alpn == null ? "" : alpn,
                check.isTrusted(peer, server),
                peer.isEmpty() ? "" : peer.getFirst().getSubjectX500Principal().getName(),
                names.first("URI"),
                names.first("DNS"),
                List.copyOf(peer),
                own(session),
                session.getId(),
                encoded(peer),
                names.of("URI"),
                names.of("DNS"),
                ownUris(session));
    }

    @Override
    public String sessionId() {
        return HexFormat.of().formatHex(session);
    }

    private static List<byte[]> encoded(List<X509Certificate> certificates) {
        List<byte[]> encoded = new ArrayList<>(certificates.size());
        try {
            for (X509Certificate certificate : certificates) {
                encoded.add(certificate.getEncoded());
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("bug: a certificate that was just decoded", e);
        }
        return List.copyOf(encoded);
    }

    private static List<String> ownUris(SSLSession session) {
        X509Certificate own = own(session);
        return own == null ? List.of() : PeerNames.of(own).of("URI");
    }

    private static @Nullable X509Certificate own(SSLSession session) {
        Certificate[] own = session.getLocalCertificates();
        return own != null && own.length > 0 && own[0] instanceof X509Certificate certificate
                ? certificate
                : null;
    }

    private static List<X509Certificate> peer(SSLSession session) {
        List<X509Certificate> found = new ArrayList<>();
        try {
            for (Certificate certificate : session.getPeerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    found.add(x509);
                }
            }
        } catch (SSLPeerUnverifiedException e) {
            // The JDK's way to say that the peer sent none.
            return List.of();
        }
        return found;
    }

    private static String serverName(SSLSession session) {
        if (session instanceof ExtendedSSLSession extended) {
            for (SNIServerName name : extended.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName();
                }
            }
        }
        return "";
    }
}
