package io.postern.xds.oci.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.oci.Pulled;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.cosign.SignatureReport;
import io.postern.xds.oci.cosign.TrustedSigners;
import io.postern.xds.oci.cosign.VerificationKey;
import io.postern.xds.oci.push.Artifact;
import io.postern.xds.oci.push.ArtifactLayout;
import io.postern.xds.testkit.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the real cosign signs and attests, in both of its formats, with and without referrers. */
class CosignIT {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};

    @TempDir Path directory = Path.of("");

    private Path cosign = Path.of("");

    @BeforeEach
    void keys() throws Exception {
        cosign = Tools.cosign().orSkip();
        cosign("generate-key-pair");
    }

    private void cosign(String... words) throws Exception {
        Tools.Outcome outcome =
                Tools.run(
                        directory,
                        Map.of("COSIGN_PASSWORD", "", "HOME", directory.toString()),
                        Tools.command(cosign, words));
        outcome.good();
    }

    private void sign(String verb, boolean bundle, String... rest) throws Exception {
        var words =
                new ArrayList<>(
                        List.of(
                                verb,
                                "--key",
                                "cosign.key",
                                "--use-signing-config=false",
                                "--tlog-upload=false",
                                "--allow-http-registry",
                                "--new-bundle-format=" + bundle,
                                "-y"));
        words.addAll(List.of(rest));
        cosign(words.toArray(String[]::new));
    }

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
            TrustedSigners ours = key("cosign.pub");

            // When: nothing is signed, then it is attested, then signed
            SignatureReport before = registry.signatures().of(pulled, ours);
            Path claim =
                    Files.writeString(
                            directory.resolve("claim.json"), "{\"builder\":{\"id\":\"x\"}}");
            sign(
                    "attest",
                    bundle,
                    "--type",
                    "slsaprovenance1",
                    "--predicate",
                    claim.toString(),
                    image);
            SignatureReport attested = registry.signatures().of(pulled, ours);
            sign("sign", bundle, image);
            SignatureReport after = registry.signatures().of(pulled, ours);

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
            byAnotherKeyItIsNot(registry, pulled);
        }
    }

    private void byAnotherKeyItIsNot(RealRegistry registry, Pulled pulled) throws Exception {
        Files.delete(directory.resolve("cosign.key"));
        Files.delete(directory.resolve("cosign.pub"));
        cosign("generate-key-pair");
        SignatureReport report = registry.signatures().of(pulled, key("cosign.pub"));
        assertThat(report.verified()).isFalse();
        assertThat(report.problem()).contains("is of another key");
        assertThat(report.attestations()).noneMatch(attestation -> attestation.signed());
    }

    private TrustedSigners key(String file) throws Exception {
        return TrustedSigners.of(VerificationKey.parse(Files.readString(directory.resolve(file))));
    }
}
