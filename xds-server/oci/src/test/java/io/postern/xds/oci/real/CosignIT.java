package io.postern.xds.oci.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.oci.Pulled;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.cosign.SignatureReport;
import io.postern.xds.oci.push.Artifact;
import io.postern.xds.oci.push.ArtifactLayout;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the real cosign signs and attests, in both of its formats, with and without referrers. */
class CosignIT {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};

    @TempDir Path directory = Path.of("");

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void isFoundAndChecked(boolean bundle, boolean referrers) throws Exception {
        try (var registry = RealRegistry.inMemory(referrers)) {
            // Given
            Reference tag = Reference.parse("oci://" + registry.host() + "/team/auth:v1");
            Reference pushed =
                    RegistriesIT.done(
                            registry.pusher()
                                    .push(
                                            tag,
                                            Artifact.of(WASM, ArtifactLayout.ARTIFACT, Map.of())));
            String image = pushed.name() + "@" + pushed.digest();
            Pulled pulled = RegistriesIT.done(registry.pull("team/auth:v1", directory));
            var cosign = Cosign.withKeys(directory);

            // When: nothing is signed, then it is attested, then signed
            SignatureReport before = registry.signatures().of(pulled, cosign.signers());
            cosign.attest(bundle, "slsaprovenance1", "{\"builder\":{\"id\":\"x\"}}", image);
            SignatureReport attested = registry.signatures().of(pulled, cosign.signers());
            cosign.sign(bundle, image);
            SignatureReport after = registry.signatures().of(pulled, cosign.signers());

            // Then
            assertThat(before.problem()).isEqualTo("there is no signature");
            assertThat(attested.verified()).as("an attestation is no signature").isFalse();
            assertThat(attested.attestations())
                    .singleElement()
                    .satisfies(one -> {
                        assertThat(one.type()).isEqualTo("https://slsa.dev/provenance/v1");
                        assertThat(one.signed()).isTrue();
                    });
            assertThat(after.signed())
                    .singleElement()
                    .asString()
                    .startsWith(bundle ? "referrer " : "tag sha256-");
            byAnotherKeyItIsNot(registry, pulled, cosign);
        }
    }

    private static void byAnotherKeyItIsNot(RealRegistry registry, Pulled pulled, Cosign cosign)
            throws Exception {
        cosign.newKeys();
        SignatureReport report = registry.signatures().of(pulled, cosign.signers());
        assertThat(report.verified()).isFalse();
        assertThat(report.problem()).contains("is of another key");
        assertThat(report.attestations()).noneMatch(attestation -> attestation.signed());
    }
}
