package io.postern.app.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.runner.JUnitCore;
import org.junit.runner.Result;

/** gRPC's own interoperability tests through a gateway. */
@Timeout(180)
class GrpcInteropIT {
    private static final int CASES = 35;

    @TempDir private Path folder;

    @Test
    void clientsAndServersUnderstandEachOtherInClearText() {
        passes(JUnitCore.runClasses(InteropTestCases.ClearText.class));
    }

    @Test
    void clientsAndServersUnderstandEachOtherOverTls() throws Exception {
        // Given
        var authority =
                new CertificateBuilder()
                        .ecp256()
                        .subject("CN=authority")
                        .setIsCertificateAuthority(true)
                        .buildSelfSigned();
        var server =
                new CertificateBuilder()
                        .ecp256()
                        .subject("CN=interop")
                        .addSanDnsName("interop.example")
                        .buildIssuedBy(authority);
        Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM());
        Files.writeString(folder.resolve("server.pem"), server.getCertificatePathPEM());
        Files.writeString(folder.resolve("server.key"), server.getPrivateKeyPEM());
        System.setProperty(InteropTestCases.FOLDER, folder.toString());
        try {
            // When
            passes(JUnitCore.runClasses(InteropTestCases.Tls.class));
        } finally {
            System.clearProperty(InteropTestCases.FOLDER);
        }
    }

    private static void passes(Result result) {
        // Then
        assertThat(result.getFailures()).isEmpty();
        assertThat(result.getRunCount()).isGreaterThan(CASES);
        assertThat(result.getAssumptionFailureCount()).isLessThanOrEqualTo(2);
    }
}
