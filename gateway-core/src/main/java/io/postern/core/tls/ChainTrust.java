package io.postern.core.tls;

import io.postern.config.model.DataSource;
import io.postern.config.model.Tls.Validation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CRL;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Makes what decides about the chain of a peer's certificate: it has to end at one of the
 * authorities, and, where there are revocation lists, every certificate of it must have one that
 * does not name it. Nothing is asked of the network. Control side.
 */
final class ChainTrust {
    private ChainTrust() {}

    static X509ExtendedTrustManager of(Validation rules, List<X509Certificate> authorities) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("ca" + i, authorities.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            var parameters = new PKIXBuilderParameters(store, new X509CertSelector());
            parameters.addCertPathChecker(new ChainLength(rules.mostAuthorities()));
            DataSource lists = rules.revocationLists();
            if (lists == null) {
                parameters.setRevocationEnabled(false);
            } else {
                lookAt(read(lists), rules.revocationOfLeafOnly(), parameters);
            }
            factory.init(new CertPathTrustManagerParameters(parameters));
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager found) {
                    return found;
                }
            }
            throw new IllegalStateException("every JDK has a PKIX trust manager");
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsConfigException("trusted_ca cannot be used: " + e.getMessage(), e);
        }
    }

    private static void lookAt(List<CRL> lists, boolean leaf, PKIXBuilderParameters parameters)
            throws GeneralSecurityException {
        parameters.addCertStore(
                CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
        var checker =
                (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
        var options = EnumSet.of(Option.PREFER_CRLS, Option.NO_FALLBACK);
        if (leaf) {
            options.add(Option.ONLY_END_ENTITY);
        }
        checker.setOptions(options);
        parameters.addCertPathChecker(checker);
    }

    private static List<CRL> read(DataSource source) {
        Pem pem = Pem.read(source);
        List<CRL> found = new ArrayList<>();
        for (Pem.Block block : pem.blocks()) {
            if (block.type().equals("X509 CRL")) {
                found.add(parse(pem.origin(), block.der()));
            }
        }
        if (found.isEmpty()) {
            throw new TlsConfigException(
                    pem.origin()
                            + " has no revocation list but '"
                            + pem.blocks().getFirst().type()
                            + "' (expected: BEGIN X509 CRL)");
        }
        return found;
    }

    private static CRL parse(String origin, byte[] der) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCRL(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new TlsConfigException(
                    origin + ": a revocation list cannot be parsed: " + e.getMessage(), e);
        }
    }
}
