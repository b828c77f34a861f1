package io.postern.xds.oci.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.xds.oci.OciException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which entry of docker's configuration is for which registry. */
class DockerConfigTest {
    private static final String CONFIG =
            """
            {"auths": {
              "ghcr.io": {"auth": "Z2hjcjpwdw=="},
              "ghcr.io/team": {"username": "team", "password": "x"},
              "https://reg.example.com:5000/v2/": {"auth": "cmVnOmE6Yg=="},
              "https://index.docker.io/v1/": {"auth": "aHViOnB3"},
              "*.corp.example": {"username": "corp", "password": "x"},
              "empty.example": {},
              "id.example": {"identitytoken": "t"}
            }, "credHelpers": {"helped.example": "postern-test-missing"}}
            """;

    private static CredentialSource secret(String json) {
        return DockerConfig.pullSecret(json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "ghcr.io, other/plugin, user ghcr",
        "ghcr.io, team/plugin, user team",
        "ghcr.io, teams/plugin, user ghcr",
        "reg.example.com:5000, a, user reg",
        "docker.io, library/a, user hub",
        "a.corp.example, a, user corp",
        "id.example, a, an identity token",
        "reg.example.com, a, Anonymous[]",
        "empty.example, a, Anonymous[]",
        "a.b.corp.example, a, Anonymous[]",
        "helped.example, a, Anonymous[]",
    })
    void theLongestKeyThatFitsCounts(String registry, String repository, String who)
            throws Exception {
        assertThat(secret(CONFIG).of(registry, repository)).hasToString(who);
    }

    @Test
    void aPasswordMayHaveColons() throws Exception {
        assertThat(secret(CONFIG).of("reg.example.com:5000", "a"))
                .isEqualTo(new Credential.Basic("reg", "a:b"));
    }

    @Test
    void whatIsMalformedIsToldWithoutItsSecret() {
        assertThatThrownBy(() ->
                        secret("{\"auths\": {\"a.b\": {\"auth\": \"c2VjcmV0\"}}}").of("a.b", "x"))
                .isInstanceOf(OciException.class)
                .hasMessageContaining("the 'auth' of a.b is malformed")
                .message()
                .doesNotContain("secret", "c2VjcmV0");
        assertThatThrownBy(() -> secret("[]"))
                .hasMessageContaining("no JSON object (expected: the .dockerconfigjson");
    }
}
