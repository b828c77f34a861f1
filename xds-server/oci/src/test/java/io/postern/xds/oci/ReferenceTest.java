package io.postern.xds.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** References, as docker writes them. */
class ReferenceTest {
    private static final String DIGEST =
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @ParameterizedTest
    @CsvSource({
        "oci://ghcr.io/team/plugin:1.2, ghcr.io, team/plugin, 1.2",
        "ghcr.io/team/plugin, ghcr.io, team/plugin, latest",
        "oci://127.0.0.1:5000/a/b/c:v1, 127.0.0.1:5000, a/b/c, v1",
        "oci://[::1]:5000/a:v1, [::1]:5000, a, v1",
        "oci://localhost/a, localhost, a, latest",
        "oci://team/plugin:x, docker.io, team/plugin, x",
        "oci://plugin, docker.io, library/plugin, latest",
        "oci://index.docker.io/team/plugin, docker.io, team/plugin, latest",
    })
    void isReadByDockersRules(String text, String registry, String repository, String tag) {
        Reference reference = Reference.parse(text);
        assertThat(reference).isEqualTo(new Reference(registry, repository, tag, null));
        assertThat(Reference.parse(reference.toString())).isEqualTo(reference);
    }

    @ParameterizedTest
    @ValueSource(strings = {"oci://ghcr.io/team/plugin@", "oci://ghcr.io/team/plugin:1.2@"})
    void aDigestCountsMoreThanATag(String text) {
        Reference reference = Reference.parse(text + DIGEST);
        assertThat(reference.target()).isEqualTo(DIGEST);
        assertThat(reference).hasToString(text + DIGEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "oci://",
                "oci://ghcr.io/",
                "https://ghcr.io/team/plugin",
                "oci://ghcr.io/Team/plugin",
                "oci://ghcr.io/team//plugin",
                "oci://ghcr.io/../plugin",
                "oci://ghcr.io/team/plugin:",
                "oci://ghcr.io/team/plugin:a b",
                "oci://ghcr.io/team/plugin@sha256:12",
                "oci://ghcr.io/team/plugin@sha512:12",
                "oci://user@ghcr.io/team/plugin",
                "oci://gh cr.io/team/plugin",
                "oci://ghcr.io:123456/team/plugin",
                "oci://ghcr.io/team/plugin?x=1",
            })
    void whatIsNoneIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> Reference.parse(text))
                .isInstanceOf(OciException.class)
                .hasMessageStartingWith("reference: '")
                .hasMessageContaining("for example oci://ghcr.io/team/plugin:1.2.3");
    }
}
