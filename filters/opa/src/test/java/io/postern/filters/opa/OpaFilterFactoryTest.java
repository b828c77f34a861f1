package io.postern.filters.opa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.config.model.DataSource;
import io.postern.config.model.OpaSpec;
import io.postern.sdk.FilterLoadException;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.testkit.FakeWorker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A policy either works or is refused with what is wrong, before any request. */
class OpaFilterFactoryTest {
    private static final OpaSpec ROLES = Policies.spec("roles", "roles/allow");

    @Test
    void namesTheEntrypointsThereAre() {
        assertRefused(
                Policies.spec("echo", "echo/allow"),
                "has no entrypoint 'echo/allow'",
                "echo/decision, echo/parsed_body");
    }

    @Test
    void namesTheFunctionsItDoesNotHave() {
        assertRefused(Policies.spec("unknown", ""), "OPA policy 'unknown'", "http.send");
    }

    @Test
    void namesTheFileThatIsMissing() {
        assertRefused(Policies.spec("nowhere", ""), "nowhere.tar.gz", "cannot be read");
    }

    @Test
    void refusesWhatIsNoPolicy() throws IOException {
        byte[] bundle = bundle();
        assertRefused(Policies.withPolicy(ROLES, new byte[0]), "neither wasm nor tar.gz");
        assertRefused(
                Policies.withPolicy(ROLES, "package x".getBytes(StandardCharsets.UTF_8)),
                "neither wasm nor tar.gz");
        assertRefused(
                Policies.withPolicy(ROLES, new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0}),
                "not a compiled Rego policy");
        assertRefused(
                Policies.withPolicy(ROLES, Arrays.copyOf(bundle, bundle.length / 2)),
                "cannot be unpacked");
        assertRefused(
                Policies.withPolicy(
                        ROLES, tar("other.txt", "0", "x".getBytes(StandardCharsets.UTF_8))),
                "no /policy.wasm");
        assertRefused(
                Policies.withPolicy(ROLES, tar("/policy.wasm", "2", new byte[0])),
                "no /policy.wasm");
        assertRefused(
                Policies.withPolicy(ROLES, tar("/policy.wasm", "0", new byte[0], 1L << 32)),
                "policy.wasm has 4294967296 bytes");
    }

    @Test
    void refusesDataThatIsNoObject() {
        assertRefused(Policies.withData(ROLES, "[1]"), "data is not a JSON object");
        assertRefused(Policies.withData(ROLES, "{"), "data is not JSON");
    }

    @ParameterizedTest
    @CsvSource({
        "root, '', true",
        "guest, '', false",
        "guest, '{\"superusers\":{\"guest\":true}}', true",
        "root, '{\"superusers\":{\"guest\":true}}', true"
    })
    void laysDataOverTheBundles(String user, String data, boolean allowed) {
        // Given
        var worker = new FakeWorker();
        var stream =
                new TestStream(
                        worker, HeaderMap.of(":method", "GET", ":path", "/", "x-user", user));

        // When
        boolean wentOn;
        try (var loaded = new Policies(null).load(Policies.withData(ROLES, data))) {
            wentOn = stream.send(loaded.forWorker(worker));
        }

        // Then
        assertThat(wentOn).isEqualTo(allowed);
    }

    @Test
    void takesTheFirstEntrypointWhenNoneIsNamed() {
        // Given
        var worker = new FakeWorker();
        var stream =
                new TestStream(
                        worker, HeaderMap.of(":method", "GET", ":path", "/", "x-role", "reader"));

        // When
        boolean wentOn;
        try (var loaded = new Policies(null).load(Policies.spec("roles", ""))) {
            wentOn = stream.send(loaded.forWorker(worker));
        }

        // Then
        assertThat(wentOn).isTrue();
    }

    @Test
    void startsFromCompiledClassesTheSecondTime(@TempDir Path directory) throws IOException {
        // Given
        new Policies(directory.resolve("cache")).load(ROLES).close();
        List<Path> compiled;
        try (var files = Files.list(directory.resolve("cache"))) {
            compiled = files.toList();
        }
        var worker = new FakeWorker();
        var stream =
                new TestStream(
                        worker, HeaderMap.of(":method", "GET", ":path", "/", "x-role", "reader"));

        // When
        boolean wentOn;
        try (var loaded = new Policies(directory.resolve("cache")).load(ROLES)) {
            wentOn = stream.send(loaded.forWorker(worker));
        }

        // Then
        assertThat(compiled).hasSize(1);
        assertThat(wentOn).isTrue();
    }

    @Test
    void compilesAgainWhenCompiledClassesAreDamagedOrCannotBeKept(@TempDir Path directory)
            throws IOException {
        // Given
        new Policies(directory.resolve("cache")).load(ROLES).close();
        try (var files = Files.list(directory.resolve("cache"))) {
            for (var file : files.toList()) {
                byte[] damaged = Files.readAllBytes(file);
                damaged[damaged.length / 2] ^= 1;
                Files.write(file, damaged);
            }
        }
        var notADirectory = Files.createFile(directory.resolve("file"));

        // When
        new Policies(directory.resolve("cache")).load(ROLES).close();
        new Policies(notADirectory).load(ROLES).close();

        // Then: no exception, and the file is whole again
        try (var files = Files.list(directory.resolve("cache"))) {
            assertThat(files).hasSize(1);
        }
    }

    private static void assertRefused(OpaSpec spec, String... reasons) {
        assertThatThrownBy(() -> new Policies(null).load(spec))
                .isInstanceOf(FilterLoadException.class)
                .hasMessageContainingAll(reasons);
    }

    private static byte[] bundle() throws IOException {
        return ROLES.policy() instanceof DataSource.LocalFile(String path)
                ? Files.readAllBytes(Path.of(path))
                : new byte[0];
    }

    private static byte[] tar(String name, String type, byte[] content) throws IOException {
        return tar(name, type, content, content.length);
    }

    private static byte[] tar(String name, String type, byte[] content, long size)
            throws IOException {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 124, Long.toOctalString(size));
        put(header, 156, type);
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(header);
            gzip.write(Arrays.copyOf(content, (content.length + 511) / 512 * 512));
            gzip.write(new byte[1024]);
        }
        return bytes.toByteArray();
    }

    private static void put(byte[] header, int at, String text) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, header, at, ascii.length);
    }
}
