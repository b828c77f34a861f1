package io.postern.core.tls;

import io.postern.config.model.DataSource;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Reads certificates. Control side. */
final class Certificates {
    private Certificates() {}

    /** Every certificate of {@code source}, in order; at least one. */
    static List<X509Certificate> read(DataSource source) {
        Pem pem = Pem.read(source);
        List<X509Certificate> found = new ArrayList<>();
        for (Pem.Block block : pem.blocks()) {
            if (block.type().endsWith("CERTIFICATE")) {
                found.add(parse(pem.origin(), block.der()));
            }
        }
        if (found.isEmpty()) {
            throw new TlsConfigException(
                    pem.origin()
                            + " has no certificate but '"
                            + pem.blocks().getFirst().type()
                            + "' (expected: BEGIN CERTIFICATE; are certificate_chain and"
                            + " private_key exchanged?)");
        }
        return found;
    }

    private static X509Certificate parse(String origin, byte[] der) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new TlsConfigException(
                    origin + ": a certificate cannot be parsed: " + e.getMessage(), e);
        }
    }
}
