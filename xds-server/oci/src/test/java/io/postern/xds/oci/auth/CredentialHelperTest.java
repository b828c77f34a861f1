package io.postern.xds.oci.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.xds.oci.OciException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Docker's credential helper protocol, with shell scripts as helpers. */
class CredentialHelperTest {
    private static final Duration PATIENT = Duration.ofSeconds(20);

    private static Credential ask(String script, Duration patience) throws Exception {
        return new CredentialHelper(patience, _ -> List.of("sh", "-c", script))
                .ask("test", "reg.example:5000");
    }

    @Test
    void theRegistryGoesInAndACredentialComesOut() throws Exception {
        String script = "read -r host; echo '{\"Username\":\"u-'$host'\",\"Secret\":\"p\"}'";
        assertThat(ask(script, PATIENT)).isEqualTo(new Credential.Basic("u-reg.example:5000", "p"));
    }

    @Test
    void aTokenIsToldByItsUserName() throws Exception {
        assertThat(ask("echo '{\"Username\":\"<token>\",\"Secret\":\"t\"}'", PATIENT))
                .isEqualTo(new Credential.IdentityToken("t"));
    }

    @Test
    void whoKnowsNobodySaysSo() throws Exception {
        assertThat(ask("echo 'credentials not found in native keychain'; exit 1", PATIENT))
                .isEqualTo(new Credential.Anonymous());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo locked; exit 3 | ended with 3: locked",
                "echo my-s3cret | printed no credential",
                "yes my-s3cret | ended with",
            })
    void whatGoesWrongIsToldWithoutASecret(String script, String said) {
        assertThatThrownBy(() -> ask(script, Duration.ofSeconds(2)))
                .isInstanceOf(OciException.class)
                .hasMessageStartingWith("auth: credential helper docker-credential-test")
                .hasMessageContaining(said);
    }

    @Test
    void whoDoesNotEndIsEnded() {
        assertThatThrownBy(() -> ask("exec sleep 60", Duration.ofMillis(200)))
                .isInstanceOf(OciException.class)
                .hasMessageContaining("ended with");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../sh", "a b", "", "-x", "a/b"})
    void aNameThatIsNoProgramsIsNotRun(String name) {
        assertThatThrownBy(() -> new CredentialHelper(PATIENT).ask(name, "r"))
                .isInstanceOf(OciException.class)
                .hasMessageContaining("its name is no program's");
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> new CredentialHelper(PATIENT).ask("postern-missing", "r"))
                .isInstanceOf(OciException.class)
                .hasMessageContaining("docker-credential-postern-missing cannot be run");
    }
}
