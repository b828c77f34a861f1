package io.postern.xds.oci.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Limits;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.push.Artifact;
import io.postern.xds.oci.push.ArtifactLayout;
import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginReference.Kind;
import io.postern.xds.resources.PluginReference.Trust;
import io.postern.xds.resources.PluginSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Plugins in OCI image layouts: written, read, and what is wrong with them. */
class LayoutPluginsTest {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final byte[] NEXT = {0, 'a', 's', 'm', 1, 0, 0, 0, 0, 1, 0};

    @TempDir Path folder = Path.of("");
    private Path scratch = Path.of("");

    @BeforeEach
    void makeScratch() throws IOException {
        scratch = Files.createDirectory(folder.resolve("scratch"));
    }

    private Path layout() {
        return folder.resolve("plugins");
    }

    private LayoutReference write(String tag, byte[] module, ArtifactLayout kind) {
        var reference = LayoutReference.parse("oci-layout://plugins:" + tag).from(folder);
        return LayoutWriter.write(reference, Artifact.of(module, kind, Map.of("v", tag)));
    }

    private PluginSource.Fetched fetch(String url, Trust trust) throws IOException {
        var plugins = new LayoutPlugins(folder, scratch, Limits.ordinary(), _ -> {});
        PluginSource.Fetched fetched =
                plugins.fetch(new PluginReference(Kind.PLUGIN, url, "", null, trust));
        try (Stream<Path> left = Files.list(scratch)) {
            assertThat(left).as("nothing stays behind").isEmpty();
        }
        return fetched;
    }

    private PluginSource.Code code(String url) throws IOException {
        assertThat(fetch(url, Trust.NONE)).isInstanceOf(PluginSource.Code.class);
        return (PluginSource.Code) fetch(url, Trust.NONE);
    }

    private String failure(String url) throws IOException {
        assertThat(fetch(url, Trust.NONE)).isInstanceOf(PluginSource.Failed.class);
        var failed = (PluginSource.Failed) fetch(url, Trust.NONE);
        assertThat(failed.cure()).isNotEmpty();
        return failed.step() + ": " + failed.problem();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenIsReadByItsTagAndByItsDigest(ArtifactLayout kind) throws IOException {
        LayoutReference one = write("one", WASM, kind);
        LayoutReference two = write("team/two:1.0", NEXT, kind);

        assertThat(code("oci-layout://plugins:one").bytes()).isEqualTo(WASM);
        assertThat(code("oci-layout://plugins:team/two:1.0").bytes()).isEqualTo(NEXT);
        assertThat(code("oci-layout://plugins@" + two.digest()).bytes()).isEqualTo(NEXT);
        assertThat(code("oci-layout://plugins:gone@" + one.digest()).names())
                .as("what a document may pin")
                .contains(Digest.of(WASM).hex(), one.target().substring("sha256:".length()));
        assertThat(code(one.toString()).bytes()).as("an absolute path").isEqualTo(WASM);
    }

    @Test
    void aTagThatMovesStandsForWhatWasWrittenLast() throws IOException {
        write("one", WASM, ArtifactLayout.ARTIFACT);
        assertThat(code("oci-layout://plugins").bytes()).isEqualTo(WASM);
        // When
        write("one", NEXT, ArtifactLayout.ARTIFACT);
        // Then it is the only one still, so that it needs no name
        assertThat(code("oci-layout://plugins").bytes()).isEqualTo(NEXT);
    }

    @Test
    void whereASignatureIsNeededAKeyThatIsNoneAndNoSignatureAreRefusedDifferently()
            throws Exception {
        write("one", WASM, ArtifactLayout.ARTIFACT);
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
        String pem =
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.generateKeyPair().getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n";
        assertThat(refusal(Trust.inKey("PEM"))).contains("signature: the verification key: ");
        assertThat(refusal(Trust.inKey(pem))).contains("signature: ", "there is no signature");
        var warning = new Trust(Trust.Policy.WARN, pem, null);
        assertThat(fetch("oci-layout://plugins:one", warning))
                .isInstanceOfSatisfying(
                        PluginSource.Code.class,
                        code -> assertThat(code.remark()).contains("nobody signed it"));
    }

    private String refusal(Trust trust) throws IOException {
        var failed = (PluginSource.Failed) fetch("oci-layout://plugins:one", trust);
        return failed.step() + ": " + failed.problem();
    }

    /** Something that happens to a layout with one artifact. */
    interface Damage {
        void to(Path layout, Digest manifest) throws IOException;
    }

    static Stream<Arguments> damages() {
        Damage blob = (layout, _) -> Files.write(file(layout, Digest.of(WASM)), NEXT);
        Damage swap =
                (layout, _) ->
                        Files.write(
                                file(layout, Digest.of(WASM)),
                                new byte[] {0, 'a', 's', 'm', 1, 0, 0, 1});
        Damage gone = (layout, _) -> Files.delete(file(layout, Digest.of(WASM)));
        Damage manifest =
                (layout, digest) -> {
                    String text = Files.readString(file(layout, digest));
                    Files.writeString(file(layout, digest), text + " ");
                };
        Damage noMarker = (layout, _) -> Files.delete(layout.resolve("oci-layout"));
        return Stream.of(
                damage("a blob that is longer", blob, "digest: ", "bytes, its manifest says 8"),
                damage("a blob with other octets", swap, "digest: ", "has the digest sha256:"),
                damage("a blob that is missing", gone, "blob: ", "there is no file"),
                damage("a manifest that changed", manifest, "digest: the manifest sha256:", ""),
                damage("no marker", noMarker, "resolve: there is no file", "oci-layout"),
                text(
                        "another version",
                        "oci-layout",
                        "{\"imageLayoutVersion\":\"2.0.0\"}",
                        "'2.0.0'"),
                text("an index that is no JSON", "index.json", "{", "no valid JSON"),
                text(
                        "an index that is a manifest",
                        "index.json",
                        "{\"layers\":[]}",
                        "no list 'manifests'"),
                text("an index without entries", "index.json", "{\"manifests\":[]}", "0 artifacts"),
                text(
                        "an entry that leads out of the folder",
                        "index.json",
                        "{\"manifests\":[{\"digest\":\"sha256:../../x\",\"size\":1}]}",
                        "manifests[0].digest"));
    }

    private static Arguments damage(String name, Damage damage, String step, String what) {
        return Arguments.of(name, damage, step, what);
    }

    private static Arguments text(String name, String file, String text, String what) {
        Damage damage = (layout, _) -> Files.writeString(layout.resolve(file), text);
        return Arguments.of(name, damage, "", what);
    }

    private static Path file(Path layout, Digest digest) {
        return layout.resolve("blobs").resolve("sha256").resolve(digest.hex());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void aDamagedLayoutIsRefusedWithItsStepAndPlace(
            String name, Damage damage, String step, String what) throws IOException {
        LayoutReference written = write("one", WASM, ArtifactLayout.ARTIFACT);
        damage.to(layout(), Digest.parse(written.target()));

        assertThat(failure("oci-layout://plugins:one")).as(name).startsWith(step).contains(what);
    }

    @Test
    void aTagThatIsMissingIsToldWithThoseThatAreThere() throws IOException {
        write("one", WASM, ArtifactLayout.ARTIFACT);
        write("two", NEXT, ArtifactLayout.ARTIFACT);

        assertThat(failure("oci-layout://plugins:three"))
                .contains("'three' 0 artifacts (its tags: one, two)");
        assertThat(failure("oci-layout://plugins")).contains("2 artifacts");
        assertThat(failure("oci-layout://elsewhere:one")).contains("elsewhere/oci-layout");
    }

    @ParameterizedTest
    @CsvSource({
        "oci://plugins:one, another scheme",
        "oci-layout://:one, no folder",
        "oci-layout://plugins:, tag ''",
        "oci-layout://plugins:a b, tag 'a b'",
        "oci-layout://plugins@sha256:12, is no sha256",
        "oci-layout://plugins@sha999:12, digest 'sha999:12'",
    })
    void aReferenceThatIsWrongIsRefusedNamingThePart(String text, String part) {
        assertThatThrownBy(() -> LayoutReference.parse(text))
                .isInstanceOf(OciException.class)
                .hasMessageContaining(part)
                .hasMessageContaining("expected: ");
    }

    @Test
    void nothingIsWrittenWithoutATag() {
        var untagged = new LayoutReference(layout(), "", null);
        var artifact = Artifact.of(WASM, ArtifactLayout.CNCF, Map.of());
        assertThatThrownBy(() -> LayoutWriter.write(untagged, artifact))
                .hasMessageContaining("expected: a tag");
        assertThat(layout()).doesNotExist();
    }

    @Test
    void anIndexThatIsBrokenIsNotReplaced() throws IOException {
        write("one", WASM, ArtifactLayout.ARTIFACT);
        Files.writeString(layout().resolve("index.json"), "{");
        assertThatThrownBy(() -> write("two", NEXT, ArtifactLayout.ARTIFACT))
                .isInstanceOf(OciException.class)
                .hasMessageContaining("index.json: no valid JSON");
        assertThat(layout().resolve("index.json")).hasContent("{");
    }
}
