package io.postern.filters.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiled classes survive a restart, and nothing else gets in that way. */
class ClassCacheTest {
    private static final String DIGEST = "ab".repeat(32);

    @TempDir private Path parent;

    private static byte[] module() throws IOException {
        try (var in = ClassCacheTest.class.getResourceAsStream("/plugins/http_headers.wasm")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    private Path only() throws IOException {
        try (var files = Files.list(parent.resolve("cache"))) {
            return files.reduce((a, b) -> Path.of("more than one")).orElseThrow();
        }
    }

    @Test
    void whatWasStoredIsFound() throws IOException {
        // Given
        CompiledClasses compiled = CompiledClasses.compile(module(), false, Runnable::run);
        var cache = new ClassCache(parent.resolve("cache"));

        // When
        cache.store(DIGEST, compiled);
        CompiledClasses found = cache.find(DIGEST);

        // Then
        Objects.requireNonNull(found);
        assertThat(found.mainClass()).isEqualTo(compiled.mainClass());
        assertThat(found.module()).isEqualTo(compiled.module());
        assertThat(found.names()).isEqualTo(compiled.names()).isNotEmpty();
        assertThat(found.interpreted()).isEqualTo(compiled.interpreted());
        assertThat(found.classes().keySet()).isEqualTo(compiled.classes().keySet());
        found.classes()
                .forEach(
                        (name, bytes) -> assertThat(bytes).isEqualTo(compiled.classes().get(name)));
        assertThat(compiled.module().length).isLessThan(module().length / 5);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(only())))
                .isEqualTo("rw-------");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(parent.resolve("cache"))))
                .isEqualTo("rwx------");
    }

    @Test
    void aFileThatCannotBeWrittenLeavesNothingBehindAndTheOldOneStays() throws IOException {
        Path file = parent.resolve("cache").resolve("a");
        CacheFile.write(file, fresh -> Files.writeString(fresh, "good"));
        assertThatThrownBy(() ->
                        CacheFile.write(
                                file,
                                fresh -> {
                                    Files.writeString(fresh, "half");
                                    throw new IOException("disk full");
                                }))
                .hasMessage("disk full");
        assertThat(only()).isEqualTo(file).hasContent("good");
    }

    @Test
    void anotherDigestIsNotFound() {
        assertThat(new ClassCache(parent.resolve("cache")).find(DIGEST)).isNull();
    }

    @Test
    void aDamagedFileIsIgnored() throws IOException {
        var cache = stored();
        byte[] bytes = Files.readAllBytes(only());
        bytes[bytes.length / 2] ^= 1;
        Files.write(only(), bytes);
        assertThat(cache.find(DIGEST)).isNull();
        Files.write(only(), new byte[3]);
        assertThat(cache.find(DIGEST)).isNull();
    }

    @Test
    void aFileThatOthersMayWriteToIsIgnored() throws IOException {
        var cache = stored();
        Files.setPosixFilePermissions(only(), PosixFilePermissions.fromString("rw-rw----"));
        assertThat(cache.find(DIGEST)).isNull();
    }

    @Test
    void aDirectoryThatOthersMayWriteToIsIgnored() throws IOException {
        var cache = stored();
        Files.setPosixFilePermissions(
                parent.resolve("cache"), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(cache.find(DIGEST)).isNull();
    }

    @Test
    void aDirectoryThatCannotBeWrittenCostsOnlySpeed() throws IOException {
        Files.writeString(parent.resolve("file"), "not a directory");
        var engine = new WasmEngine(parent.resolve("file").resolve("cache"));
        assertThat(engine.compile(module()).exports()).contains("proxy_on_request_headers");
    }

    private ClassCache stored() throws IOException {
        var cache = new ClassCache(parent.resolve("cache"));
        cache.store(DIGEST, CompiledClasses.compile(module(), false, Runnable::run));
        assertThat(cache.find(DIGEST)).isNotNull();
        return cache;
    }
}
