package io.postern.xds.oci.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.xds.oci.Digest;
import io.postern.xds.oci.OciException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept is whole, private, bounded, and gone when nobody refers to it. */
class ContentStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-23T07:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir Path directory = Path.of("");

    private ContentStore store(long mostBytes) {
        return new ContentStore(directory.resolve("store"), mostBytes, CLOCK);
    }

    private Kept keep(ContentStore store, String name, String content, Duration age)
            throws IOException {
        byte[] octets = content.getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(store.incoming().resolve("x"), octets);
        Digest digest = Digest.of(octets);
        var kept = new Kept(name, digest, digest, digest, List.of("key"), List.of("slsa"), NOW);
        store.keep(file, kept);
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path one : all.filter(Files::isRegularFile).toList()) {
                boolean own =
                        one.endsWith(digest.hex()) || Files.readString(one).contains(digest.hex());
                if (own) {
                    Files.setLastModifiedTime(one, FileTime.from(NOW.minus(age)));
                }
            }
        }
        return kept;
    }

    @Test
    void whatIsKeptIsFoundByAnotherProcess() throws IOException {
        Kept kept = keep(store(1000), "oci://a/b:v1", "hello", Duration.ZERO);
        assertThat(store(1000).find("oci://a/b:v1")).contains(kept);
        assertThat(store(1000).read(kept.content()))
                .hasValueSatisfying(octets -> assertThat(octets).hasSize(5));
        assertThat(store(1000).find("oci://a/b:v2")).isEmpty();
    }

    @Test
    void onlyTheOwnerMayRead() throws IOException {
        keep(store(1000), "a", "hello", Duration.ZERO);
        for (String inside : List.of("", "blobs", "blobs/sha256", "refs", "incoming")) {
            assertThat(Files.getPosixFilePermissions(directory.resolve("store").resolve(inside)))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void whatWasTamperedWithIsNotGivenAndRemoved() throws IOException {
        Kept kept = keep(store(1000), "a", "hello", Duration.ZERO);
        Path blob = directory.resolve("store/blobs/sha256").resolve(kept.content().hex());
        Files.writeString(blob, "HELLO");
        assertThat(store(1000).read(kept.content())).isEmpty();
        assertThat(blob).doesNotExist();
    }

    @Test
    void aRecordThatIsNoneIsPulledAgain() throws IOException {
        keep(store(1000), "a", "hello", Duration.ZERO);
        try (Stream<Path> refs = Files.list(directory.resolve("store/refs"))) {
            for (Path record : refs.toList()) {
                Files.writeString(record, "{\"name\":\"a\"");
            }
        }
        assertThat(store(1000).find("a")).isEmpty();
    }

    @Test
    void aFileThatIsNotWhatItShouldBeIsNotKept() throws IOException {
        ContentStore store = store(1000);
        Path file = Files.writeString(store.incoming().resolve("x"), "other");
        Digest digest = Digest.of("hello".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() ->
                        store.keep(
                                file,
                                new Kept("a", digest, digest, digest, List.of(), List.of(), NOW)))
                .isInstanceOf(OciException.class)
                .hasMessageContaining("changed on its way");
        assertThat(store.find("a")).isEmpty();
    }

    @Test
    void aDiskThatTakesNothingLosesNothing() throws IOException {
        ContentStore store = store(1000);
        Kept kept = keep(store, "a", "hello", Duration.ZERO);
        Path refs = directory.resolve("store/refs");
        Path file = Files.writeString(store.incoming().resolve("y"), "world");
        Digest digest = Digest.of("world".getBytes(StandardCharsets.UTF_8));
        Path away = directory.resolve("away");
        Files.move(refs, away);
        assertThatThrownBy(() ->
                        store.keep(
                                file,
                                new Kept("a", digest, digest, digest, List.of(), List.of(), NOW)))
                .isInstanceOf(OciException.class)
                .hasMessageContaining("the store does not take a");
        Files.move(away, refs);
        assertThat(store.find("a")).contains(kept);
        assertThat(store.read(kept.content())).isPresent();
    }

    @Test
    void theSweepRemovesWhatNobodyUsesUnlessItIsYoung() throws IOException {
        ContentStore store = store(1000);
        Kept used = keep(store, "used", "1", Duration.ofDays(9));
        Kept old = keep(store, "old", "2", Duration.ofDays(9));
        Kept young = keep(store, "young", "3", Duration.ofMinutes(1));
        Path part = Files.writeString(store.incoming().resolve("broken.part"), "x");
        Files.setLastModifiedTime(part, FileTime.from(NOW.minus(Duration.ofDays(1))));

        assertThat(store.sweep(Set.of("used"))).isEqualTo(new ContentStore.Swept(2, 2));

        assertThat(store.find("used")).contains(used);
        assertThat(store.read(used.content())).isPresent();
        assertThat(store.read(young.content())).isPresent();
        assertThat(store.find("old")).isEmpty();
        assertThat(store.read(old.content())).isEmpty();
    }

    @Test
    void beyondTheBoundWhatIsUsedStays() throws IOException {
        ContentStore store = store(10);
        Kept used = keep(store, "used", "12345678", Duration.ofDays(2));
        Kept other = keep(store, "other", "abcdefgh", Duration.ofMinutes(2));
        assertThat(store.sweep(Set.of("used"))).isEqualTo(new ContentStore.Swept(1, 8));
        assertThat(store.read(used.content())).isPresent();
        assertThat(store.read(other.content())).isEmpty();
    }
}
