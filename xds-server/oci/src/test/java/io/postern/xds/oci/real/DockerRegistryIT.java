package io.postern.xds.oci.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.oci.OciFailure;
import io.postern.xds.oci.PullResult;
import io.postern.xds.oci.Pulled;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.auth.CredentialSource;
import io.postern.xds.oci.auth.DockerConfig;
import io.postern.xds.oci.cosign.TrustedSigners;
import io.postern.xds.oci.push.Artifact;
import io.postern.xds.oci.push.ArtifactLayout;
import io.postern.xds.testkit.ServedRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Docker's own registry, from Debian, with TLS of a private CA and a password. */
class DockerRegistryIT {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};

    @TempDir Path directory = Path.of("");

    private RealRegistry start(CredentialSource credentials, @Nullable Path caFile)
            throws IOException, InterruptedException {
        return RealRegistry.of(ServedRegistry.docker(directory), credentials, caFile, false);
    }

    private Path caFile() {
        return ServedRegistry.caFile(directory);
    }

    private static CredentialSource secret(String password) {
        String pair =
                Base64.getEncoder()
                        .encodeToString(
                                (ServedRegistry.USER + ":" + password)
                                        .getBytes(StandardCharsets.UTF_8));
        return (registry, repository) -> {
            String json = "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry, pair);
            return DockerConfig.pullSecret(json.getBytes(StandardCharsets.UTF_8))
                    .of(registry, repository);
        };
    }

    private static OciFailure failure(PullResult result) {
        return switch (result) {
            case PullResult.Failed failed -> failed.failure();
            case PullResult.Done done -> throw new AssertionError("pulled " + done);
        };
    }

    @Test
    void takesAndGivesWithTheRightPasswordAndCa() throws Exception {
        try (var registry = start(secret(ServedRegistry.PASSWORD), caFile())) {
            for (ArtifactLayout layout : ArtifactLayout.values()) {
                Reference tag =
                        Reference.parse("oci://" + registry.host() + "/team/auth:" + layout.name());
                Artifact artifact = Artifact.of(WASM, layout, Map.of());
                RegistriesIT.done(registry.pusher().push(tag, artifact));
                Pulled pulled =
                        RegistriesIT.done(registry.pull("team/auth:" + layout.name(), directory));
                assertThat(pulled.file()).hasBinaryContent(WASM);
                assertThat(pulled.root()).isEqualTo(artifact.digest());
            }
            Pulled last = RegistriesIT.done(registry.pull("team/auth:IMAGE", directory));
            assertThat(registry.signatures().of(last, TrustedSigners.NONE).problem())
                    .isEqualTo("there is no signature");
            OciFailure lost = failure(registry.pull("team/auth:v2", directory));
            assertThat(lost.step()).isEqualTo(Step.RESOLVE);
            assertThat(lost.what()).contains("MANIFEST_UNKNOWN");
        }
    }

    @Test
    void refusesAWrongPasswordAndNone() throws Exception {
        for (CredentialSource who : List.of(secret("wrong"), CredentialSource.anonymous())) {
            try (var registry = start(who, caFile())) {
                OciFailure refused = failure(registry.pull("team/auth:v1", directory));
                assertThat(refused.step()).isEqualTo(Step.AUTH);
                assertThat(refused.message()).contains("docker login").doesNotContain("wrong");
            }
        }
    }

    @Test
    void isNotTrustedWithoutItsCa() throws Exception {
        try (var registry = start(secret(ServedRegistry.PASSWORD), null)) {
            OciFailure refused = failure(registry.pull("team/auth:v1", directory));
            assertThat(refused.step()).isEqualTo(Step.CONNECT);
            assertThat(refused.message()).contains("no TLS with 127.0.0.1", "--ca-file");
        }
    }
}
