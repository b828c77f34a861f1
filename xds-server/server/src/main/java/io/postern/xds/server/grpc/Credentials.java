package io.postern.xds.server.grpc;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.postern.xds.server.fleet.Gatekeeper.Credential;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** What a call proves: the SPIFFE id of the client's certificate, and a bearer token. */
final class Credentials {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String BEARER = "Bearer ";
    private static final int URI = 6; // GeneralName, RFC 5280 section 4.2.1.6
    private static final String SPIFFE = "spiffe://";

    private Credentials() {}

    static Credential of(ServerCall<?, ?> call, Metadata headers) {
        String authorization = headers.get(AUTHORIZATION);
        String token =
                authorization != null && authorization.startsWith(BEARER)
                        ? authorization.substring(BEARER.length())
                        : "";
        return new Credential(
                spiffeId(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION)), token);
    }

    private static String spiffeId(@Nullable SSLSession session) {
        if (session == null) {
            return "";
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain[0] instanceof X509Certificate certificate ? spiffeId(certificate) : "";
        } catch (SSLPeerUnverifiedException _) {
            return ""; // no client certificate
        } catch (CertificateParsingException _) {
            return ""; // nothing in it can be trusted
        }
    }

    // An SVID has exactly one URI: SPIFFE X509-SVID, section 2.
    private static String spiffeId(X509Certificate certificate) throws CertificateParsingException {
        var names = certificate.getSubjectAlternativeNames();
        if (names == null) {
            return "";
        }
        List<String> uris =
                names.stream()
                        .filter(name -> name.getFirst().equals(URI))
                        .map(name -> String.valueOf(name.get(1)))
                        .toList();
        return uris.size() == 1 && uris.getFirst().startsWith(SPIFFE) ? uris.getFirst() : "";
    }
}
