package io.postern.app.controlplane;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Who signs certificates for this machine; they are files in PEM in one folder. */
record Authority(Path folder, X509Bundle own) {
    /** A new one. */
    static Authority in(Path folder, String name) throws Exception {
        return new Authority(
                folder,
                new CertificateBuilder()
                        .subject("CN=" + name)
                        .setIsCertificateAuthority(true)
                        .ecp256()
                        .buildSelfSigned());
    }

    /** Its own certificate, {@code ca.pem}. */
    Path certificate() throws IOException {
        return Files.writeString(folder.resolve("ca.pem"), own.getCertificatePEM());
    }

    /**
     * Issues {@code NAME.pem} and {@code NAME-key.pem}.
     *
     * @param clientCa who signs certificates of clients; null: they need none
     */
    EtcdServer.Tls issue(String name, @Nullable Path clientCa) throws Exception {
        X509Bundle issued =
                new CertificateBuilder()
                        .subject("CN=" + name)
                        .addSanIpAddress("127.0.0.1")
                        .ecp256()
                        .buildIssuedBy(own);
        return new EtcdServer.Tls(
                Files.writeString(folder.resolve(name + ".pem"), issued.getCertificatePathPEM()),
                Files.writeString(folder.resolve(name + "-key.pem"), issued.getPrivateKeyPEM()),
                clientCa);
    }
}
