package io.postern.xds.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A registry's process. Closing ends it. Thread-safe.
 *
 * @param host {@code 127.0.0.1:PORT}
 */
public record ServedRegistry(Process process, String host) implements AutoCloseable {
    /** Who may use {@link #docker}. */
    public static final String USER = "edge";

    /** The password of {@link #USER}. */
    public static final String PASSWORD = "s3cret";

    /** Of that password, as htpasswd -B writes it. */
    private static final String USERS =
            "edge:$2b$04$gpRuXli8Hcxr0iIbPsjSOOGVgdVEYw5PKnxhpakpP/br95eirxDo6\n";

    private static final Pattern LISTENING = Pattern.compile("listening on (127\\.0\\.0\\.1:\\d+)");
    private static final char[] STORE_PASSWORD = "changeit".toCharArray();
    private static final String CA = "ca.pem";

    /** go-containerregistry's, in memory, without TLS. */
    public static ServedRegistry inMemory(boolean referrers)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(Tools.registry().orSkip().toString(), "-referrers=" + referrers)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        BufferedReader out = process.inputReader(StandardCharsets.US_ASCII);
        return new ServedRegistry(process, "127.0.0.1:" + out.readLine());
    }

    /**
     * Docker's own, from Debian, with TLS of a private CA ({@link #caFile}) and a password.
     *
     * @param directory for its files
     */
    public static ServedRegistry docker(Path directory) throws IOException, InterruptedException {
        Path program = Tools.dockerRegistry().orSkip();
        if (!Files.exists(caFile(directory))) {
            certificate(directory);
        }
        Files.writeString(directory.resolve("users"), USERS);
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
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher found = LISTENING.matcher(line);
            if (found.find()) {
                Thread.ofVirtual().start(() -> drain(said));
                return new ServedRegistry(process, found.group(1));
            }
        }
        throw new AssertionError("the registry ended at its start");
    }

    /** Who signed the certificate of {@link #docker}, in PEM. */
    public static Path caFile(Path directory) {
        return directory.resolve(CA);
    }

    /** What docker keeps of a login: {@code config.json}, or the content of a pull secret. */
    public String dockerConfig(String user, String password) {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}"
                .formatted(host, Base64.getEncoder().encodeToString(pair));
    }

    private static void certificate(Path directory) throws IOException, InterruptedException {
        Path store = directory.resolve("ks.p12");
        String made =
                "-genkeypair -alias a -keyalg EC -groupname secp256r1 -dname CN=registry -ext"
                        + " san=ip:127.0.0.1 -validity 2 -storetype PKCS12 -storepass changeit"
                        + " -keystore "
                        + store;
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Tools.run(directory, Map.of(), Tools.command(keytool, made.split(" ", -1))).good();
        try {
            var keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD);
            pem(caFile(directory), "CERTIFICATE", keys.getCertificate("a").getEncoded());
            byte[] key = keys.getKey("a", STORE_PASSWORD).getEncoded();
            pem(directory.resolve("key.pem"), "PRIVATE KEY", key);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static void pem(Path file, String kind, byte[] der) throws IOException {
        String base64 = Base64.getMimeEncoder().encodeToString(der);
        Files.write(
                file,
                List.of("-----BEGIN " + kind + "-----", base64, "-----END " + kind + "-----"));
    }

    private static void drain(BufferedReader said) {
        try {
            while (said.readLine() != null) {
                // its log, so that it never waits for a reader
            }
        } catch (IOException | UncheckedIOException _) {
            // it ended
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
