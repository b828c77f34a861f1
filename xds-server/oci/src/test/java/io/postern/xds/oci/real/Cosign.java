package io.postern.xds.oci.real;

import io.postern.xds.oci.cosign.TrustedSigners;
import io.postern.xds.oci.cosign.VerificationKey;
import io.postern.xds.testkit.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The real cosign, with a key pair in a directory, and without any log. */
record Cosign(Path program, Path directory) {
    /** With a new pair of keys; skips the test where there is no cosign. */
    static Cosign withKeys(Path directory) throws IOException, InterruptedException {
        var cosign = new Cosign(Tools.cosign().orSkip(), directory);
        cosign.newKeys();
        return cosign;
    }

    void newKeys() throws IOException, InterruptedException {
        Files.deleteIfExists(directory.resolve("cosign.key"));
        Files.deleteIfExists(directory.resolve("cosign.pub"));
        run("generate-key-pair");
    }

    void run(String... words) throws IOException, InterruptedException {
        Tools.run(
                        directory,
                        Map.of("COSIGN_PASSWORD", "", "HOME", directory.toString()),
                        Tools.command(program, words))
                .good();
    }

    void sign(boolean bundle, String image) throws IOException, InterruptedException {
        withKey("sign", bundle, image);
    }

    /** With a predicate, as JSON. */
    void attest(boolean bundle, String type, String predicate, String image)
            throws IOException, InterruptedException {
        Path claim = Files.writeString(directory.resolve("claim.json"), predicate);
        withKey("attest", bundle, "--type", type, "--predicate", claim.toString(), image);
    }

    private void withKey(String verb, boolean bundle, String... rest)
            throws IOException, InterruptedException {
        List<String> words =
                List.of(
                        verb,
                        "--key",
                        "cosign.key",
                        "--use-signing-config=false",
                        "--tlog-upload=false",
                        "--allow-http-registry",
                        "--new-bundle-format=" + bundle,
                        "-y");
        run(Stream.concat(words.stream(), Stream.of(rest)).toArray(String[]::new));
    }

    /** The public key, in PEM. */
    String key() throws IOException {
        return Files.readString(directory.resolve("cosign.pub"));
    }

    TrustedSigners signers() throws IOException {
        return TrustedSigners.of(VerificationKey.parse(key()));
    }
}
