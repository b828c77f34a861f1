package io.postern.xds.oci.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Limits;
import io.postern.xds.oci.OciPlugins;
import io.postern.xds.oci.Pulled;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.auth.CredentialSource;
import io.postern.xds.oci.cosign.SignatureReport;
import io.postern.xds.oci.cosign.TrustedSigners;
import io.postern.xds.oci.keyless.KeylessIdentity;
import io.postern.xds.oci.keyless.LoggedSignature;
import io.postern.xds.oci.keyless.Sigstore;
import io.postern.xds.oci.keyless.Sigstore.Claim;
import io.postern.xds.oci.push.Artifact;
import io.postern.xds.oci.push.ArtifactLayout;
import io.postern.xds.oci.registry.Connections;
import io.postern.xds.oci.store.ContentStore;
import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginReference.Kind;
import io.postern.xds.resources.PluginReference.Trust;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.testkit.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keyless signatures and provenance, attached by {@code oras} to an artifact in a registry. */
class KeylessIT {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";

    @TempDir Path directory = Path.of("");

    private final Sigstore sigstore;

    KeylessIT() throws Exception {
        sigstore = new Sigstore();
    }

    private Reference push(RealRegistry registry) throws Exception {
        Reference tag = Reference.parse("oci://" + registry.host() + "/team/auth:v1");
        var artifact = Artifact.of(WASM, ArtifactLayout.ARTIFACT, Map.of());
        return RegistriesIT.done(registry.pusher().push(tag, artifact));
    }

    private void attach(Reference to, byte[] bundle) throws Exception {
        Files.write(directory.resolve("bundle.json"), bundle);
        Tools.run(
                        directory,
                        Map.of(),
                        Tools.command(
                                Tools.oras().orSkip(),
                                "attach",
                                "--plain-http",
                                "--artifact-type",
                                BUNDLE,
                                to.name() + "@" + to.digest(),
                                "bundle.json:" + BUNDLE))
                .good();
    }

    private TrustedSigners signers(String identity) throws Exception {
        return new TrustedSigners(
                List.of(),
                List.of(KeylessIdentity.of(identity, Sigstore.ISSUER, sigstore.trustedRoot())));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isFoundAndCheckedWithAndWithoutTheReferrersApi(boolean referrers) throws Exception {
        try (var registry = RealRegistry.inMemory(referrers)) {
            // Given
            Reference pushed = push(registry);
            Pulled pulled = RegistriesIT.done(registry.pull("team/auth:v1", directory));
            attach(pushed, sigstore.bundle(Claim.provenance(pulled.root())));
            SignatureReport before = registry.signatures().of(pulled, signers(Sigstore.IDENTITY));
            // When
            attach(pushed, sigstore.bundle(Claim.good(pulled.root())));
            // Then
            SignatureReport after = registry.signatures().of(pulled, signers(Sigstore.IDENTITY));
            SignatureReport other = registry.signatures().of(pulled, signers("other@example.com"));
            SignatureReport nobody = registry.signatures().of(pulled, TrustedSigners.NONE);
            assertThat(before.verified()).as("provenance is no signature").isFalse();
            assertThat(before.attestations())
                    .singleElement()
                    .satisfies(one -> {
                        assertThat(one.type()).isEqualTo("https://slsa.dev/provenance/v1");
                        assertThat(one.details()).contains("builder https://builder.example");
                        assertThat(one.by()).startsWith(Sigstore.IDENTITY);
                    });
            assertThat(after.by()).singleElement().asString().startsWith(Sigstore.IDENTITY);
            assertThat(other.problem()).contains("identities");
            assertThat(other.attestations()).noneMatch(one -> one.signed());
            assertThat(nobody.problem()).contains("is keyless, and no identity is given");
        }
    }

    /** As {@code cosign sign} did before version 3; cosign itself attaches it. */
    private void attach(Reference to, LoggedSignature signature) throws Exception {
        Files.write(directory.resolve("payload"), signature.payload());
        Files.writeString(
                directory.resolve("signature"),
                Base64.getEncoder().encodeToString(signature.signature()));
        Files.writeString(directory.resolve("certificate"), signature.certificate());
        Files.writeString(
                directory.resolve("entry"), "{\"rekorBundle\": " + signature.entry() + "}");
        cosign(
                        "attach",
                        "signature",
                        "--allow-http-registry",
                        "--payload=payload",
                        "--signature=signature",
                        "--certificate=certificate",
                        "--rekor-response=entry",
                        to.name() + "@" + to.digest())
                .good();
    }

    private Tools.Outcome cosign(String... words) throws Exception {
        return Tools.run(
                directory,
                Map.of("HOME", directory.toString()),
                Tools.command(Tools.cosign().orSkip(), words));
    }

    /** What cosign itself says of it. */
    private Tools.Outcome verified(Reference artifact, String identity, boolean bundle)
            throws Exception {
        Files.writeString(directory.resolve("root.json"), sigstore.trustedRoot());
        return cosign(
                "verify",
                "--allow-http-registry",
                "--new-bundle-format=" + bundle,
                "--trusted-root=root.json",
                "--certificate-identity=" + identity,
                "--certificate-oidc-issuer=" + Sigstore.ISSUER,
                artifact.name() + "@" + artifact.digest());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cosignAndWeAgreeInBothFormats(boolean bundle) throws Exception {
        try (var registry = RealRegistry.inMemory(true)) {
            // Given
            Reference pushed = push(registry);
            Pulled pulled = RegistriesIT.done(registry.pull("team/auth:v1", directory));
            Claim good = Claim.good(pulled.root());
            // When
            if (bundle) {
                attach(pushed, sigstore.bundle(good));
            } else {
                attach(pushed, sigstore.logged(good));
            }
            // Then
            SignatureReport ours = registry.signatures().of(pulled, signers(Sigstore.IDENTITY));
            SignatureReport others = registry.signatures().of(pulled, signers("other@example.com"));
            assertThat(ours.by()).singleElement().asString().startsWith(Sigstore.IDENTITY);
            verified(pushed, Sigstore.IDENTITY, bundle).good();
            assertThat(others.problem()).contains("identities");
            assertThat(verified(pushed, "other@example.com", bundle).status()).isNotZero();
        }
    }

    @Test
    void anOlderSignatureOfSomethingElseIsNone() throws Exception {
        try (var registry = RealRegistry.inMemory(true)) {
            Reference pushed = push(registry);
            Pulled pulled = RegistriesIT.done(registry.pull("team/auth:v1", directory));
            attach(pushed, sigstore.logged(Claim.good(Digest.of(WASM))));
            SignatureReport report = registry.signatures().of(pulled, signers(Sigstore.IDENTITY));
            assertThat(report.problem()).contains("signs something else");
            assertThat(verified(pushed, Sigstore.IDENTITY, false).status()).isNotZero();
        }
    }

    private PluginReference wanted(RealRegistry registry, Trust.Policy policy, String identity)
            throws Exception {
        var keyless = new Trust.Keyless(identity, Sigstore.ISSUER, sigstore.trustedRoot());
        return new PluginReference(
                Kind.PLUGIN,
                "oci://" + registry.host() + "/team/auth:v1",
                "",
                null,
                new Trust(policy, "", keyless));
    }

    @Test
    void documentsSayWhatHappensWithoutAGoodOne() throws Exception {
        try (var registry = RealRegistry.inMemory(true)) {
            attach(push(registry), sigstore.bundle(Claim.good(artifact(registry).root())));
            var plugins =
                    new OciPlugins(
                            Connections.client(null),
                            registry.endpoints(),
                            Limits.ordinary(),
                            CredentialSource.anonymous(),
                            new ContentStore(directory, 1 << 20, Clock.systemUTC()),
                            Clock.systemUTC(),
                            _ -> {});
            String other = "other@example.com";
            var good = plugins.fetch(wanted(registry, Trust.Policy.REQUIRED, Sigstore.IDENTITY));
            var bad = plugins.fetch(wanted(registry, Trust.Policy.REQUIRED, other));
            var warned = plugins.fetch(wanted(registry, Trust.Policy.WARN, other));
            var off = plugins.fetch(wanted(registry, Trust.Policy.OFF, other));
            assertThat(good).isInstanceOfSatisfying(PluginSource.Code.class, KeylessIT::silent);
            assertThat(bad)
                    .isInstanceOfSatisfying(
                            PluginSource.Failed.class,
                            why -> assertThat(why.step()).isEqualTo("signature"));
            assertThat(warned)
                    .isInstanceOfSatisfying(
                            PluginSource.Code.class,
                            code -> assertThat(code.remark()).contains("nobody signed it"));
            assertThat(off).isInstanceOfSatisfying(PluginSource.Code.class, KeylessIT::silent);
        }
    }

    private Pulled artifact(RealRegistry registry) throws Exception {
        return RegistriesIT.done(registry.pull("team/auth:v1", directory));
    }

    private static void silent(PluginSource.Code code) {
        assertThat(code.bytes()).isEqualTo(WASM);
        assertThat(code.remark()).isEmpty();
    }
}
