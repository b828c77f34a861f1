package io.postern.xds.oci.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.oci.OciFailure;
import io.postern.xds.oci.PullResult;
import io.postern.xds.oci.Pulled;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.auth.CredentialSource;
import io.postern.xds.oci.auth.DockerConfig;
import io.postern.xds.oci.push.Artifact;
import io.postern.xds.oci.push.ArtifactLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Docker's own registry, from Debian, with TLS of a private CA and a password. */
class DockerRegistryIT {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};

    /** Of the password "s3cret", as htpasswd -B writes it. */
    private static final String USERS =
            "edge:$2b$04$gpRuXli8Hcxr0iIbPsjSOOGVgdVEYw5PKnxhpakpP/br95eirxDo6\n";

    private static final Pattern LISTENING = Pattern.compile("listening on (127\\.0\\.0\\.1:\\d+)");
    private static final char[] STORE_PASSWORD = "changeit".toCharArray();

    @TempDir Path directory = Path.of("");

    private Path program = Path.of("");

    @BeforeEach
    void certificate() throws Exception {
        program = RegistriesIT.program(Tools.dockerRegistry());
        Path store = directory.resolve("ks.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        String made =
                "-genkeypair -alias a -keyalg EC -groupname secp256r1 -dname CN=registry -ext san=ip:127.0.0.1"
                        + " -validity 2 -storetype PKCS12 -storepass changeit -keystore "
                        + store;
        Tools.Outcome outcome =
                Tools.run(directory, Map.of(), RealRegistry.command(keytool, made.split(" ", -1)));
        assertThat(outcome.status()).as(outcome.said()).isZero();
        var keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD);
        Key key = keys.getKey("a", STORE_PASSWORD);
        pem("ca.pem", "CERTIFICATE", keys.getCertificate("a").getEncoded());
        pem("key.pem", "PRIVATE KEY", key.getEncoded());
        Files.writeString(directory.resolve("users"), USERS);
    }

    private void pem(String file, String kind, byte[] der) throws IOException {
        String base64 = Base64.getMimeEncoder().encodeToString(der);
        Files.writeString(
                directory.resolve(file),
                "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
    }

    private RealRegistry start(CredentialSource credentials, @Nullable Path caFile)
            throws IOException {
        String configuration =
                """
                version: 0.1
                storage: {filesystem: {rootdirectory: DIR/data}}
                http: {addr: "127.0.0.1:0", secret: x, tls: {certificate: DIR/ca.pem, key: DIR/key.pem}}
                auth: {htpasswd: {realm: postern, path: DIR/users}}
                """
                        .replace("DIR", directory.toString());
        Path file = Files.writeString(directory.resolve("config.yml"), configuration);
        Process process =
                new ProcessBuilder(program.toString(), "serve", file.toString())
                        .redirectErrorStream(true)
                        .start();
        var said = process.inputReader(StandardCharsets.UTF_8);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher found = LISTENING.matcher(line);
            if (found.find()) {
                Thread.ofVirtual().start(() -> drain(said));
                return RealRegistry.of(process, found.group(1), credentials, caFile, false);
            }
        }
        throw new AssertionError("the registry ended at its start");
    }

    private static void drain(java.io.BufferedReader said) {
        try {
            while (said.readLine() != null) {
                // its log, so that it never waits for a reader
            }
        } catch (IOException | UncheckedIOException _) {
            // it ended
        }
    }

    private static CredentialSource secret(String password) {
        String pair =
                Base64.getEncoder()
                        .encodeToString(("edge:" + password).getBytes(StandardCharsets.UTF_8));
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
        try (var registry = start(secret("s3cret"), directory.resolve("ca.pem"))) {
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
            assertThat(registry.signatures().of(last, List.of()).problem())
                    .isEqualTo("there is no signature");
            OciFailure lost = failure(registry.pull("team/auth:v2", directory));
            assertThat(lost.step()).isEqualTo(Step.RESOLVE);
            assertThat(lost.what()).contains("MANIFEST_UNKNOWN");
        }
    }

    @Test
    void refusesAWrongPasswordAndNone() throws Exception {
        for (CredentialSource who : List.of(secret("wrong"), CredentialSource.anonymous())) {
            try (var registry = start(who, directory.resolve("ca.pem"))) {
                OciFailure refused = failure(registry.pull("team/auth:v1", directory));
                assertThat(refused.step()).isEqualTo(Step.AUTH);
                assertThat(refused.message()).contains("docker login").doesNotContain("wrong");
            }
        }
    }

    @Test
    void isNotTrustedWithoutItsCa() throws Exception {
        try (var registry = start(secret("s3cret"), null)) {
            OciFailure refused = failure(registry.pull("team/auth:v1", directory));
            assertThat(refused.step()).isEqualTo(Step.CONNECT);
            assertThat(refused.message()).contains("no TLS with 127.0.0.1", "--ca-file");
        }
    }
}
