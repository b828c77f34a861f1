package io.postern.xds.oci.keyless;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.xds.oci.Digest;
import io.postern.xds.oci.keyless.Sigstore.Claim;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keyless signatures, without a network. */
class KeylessIdentityTest {
    private static final Digest SUBJECT = Digest.of("manifest".getBytes(UTF_8));
    private static final Digest OTHER = Digest.of("other".getBytes(UTF_8));

    private final Sigstore sigstore;
    private final KeylessIdentity identity;

    KeylessIdentityTest() throws Exception {
        sigstore = new Sigstore();
        identity = KeylessIdentity.of(Sigstore.IDENTITY, Sigstore.ISSUER, sigstore.trustedRoot());
    }

    @Test
    void aSignatureOfTheIdentityCounts() throws Exception {
        byte[] bundle = sigstore.bundle(Claim.good(SUBJECT));
        assertThat(identity.problem(bundle, SUBJECT)).isEmpty();
        assertThat(identity.problem(sigstore.logged(Claim.good(SUBJECT)))).isEmpty();
        assertThat(identity.id()).startsWith("release@example.com (https://accounts.example.com,");
    }

    static Stream<Arguments> claims() {
        Claim good = Claim.good(SUBJECT);
        var noon = Sigstore.NOON;
        return Stream.of(
                Arguments.of(
                        new Claim("release@example.co", good.issuer(), noon, good.type(), SUBJECT),
                        "identities"),
                Arguments.of(
                        new Claim("Release@example.com", good.issuer(), noon, good.type(), SUBJECT),
                        "identities"),
                Arguments.of(
                        new Claim(
                                good.identity(),
                                "https://accounts.example.com.evil",
                                noon,
                                good.type(),
                                SUBJECT),
                        "identities"),
                Arguments.of(
                        new Claim(
                                good.identity(),
                                good.issuer(),
                                noon.plusSeconds(601),
                                good.type(),
                                SUBJECT),
                        "it was signed at 2026-11-01T12:10:01Z"),
                Arguments.of(
                        new Claim(
                                good.identity(),
                                good.issuer(),
                                noon.minusSeconds(2),
                                good.type(),
                                SUBJECT),
                        "it was signed at 2026-11-01T11:59:58Z"));
    }

    @ParameterizedTest
    @MethodSource("claims")
    void whatSomebodyElseSaysOrAtAnotherTimeDoesNot(Claim claim, String why) throws Exception {
        assertThat(identity.problem(sigstore.bundle(claim), SUBJECT).orElse("good")).contains(why);
        assertThat(identity.problem(sigstore.logged(claim)).orElse("good")).contains(why);
    }

    @Test
    void aSignatureOfSomethingElseDoesNot() throws Exception {
        byte[] bundle = sigstore.bundle(Claim.good(OTHER));
        assertThat(identity.problem(bundle, SUBJECT).orElse("good")).contains("does not match");
    }

    @Test
    void anotherAuthorityAndItsLogsDoNot() throws Exception {
        var other = new Sigstore();
        assertThat(identity.problem(other.bundle(Claim.good(SUBJECT)), SUBJECT).orElse("good"))
                .contains("not valid");
        assertThat(identity.problem(other.logged(Claim.good(SUBJECT))).orElse("good"))
                .contains("not verifiable");
    }

    @Test
    void aTrustRootWithoutALogOfCertificatesIsNone() throws Exception {
        String root = sigstore.trustedRoot();
        String blind = root.substring(0, root.indexOf("\"ctlogs\"")) + "\"ctlogs\": []}";
        assertThatThrownBy(() -> KeylessIdentity.of(Sigstore.IDENTITY, Sigstore.ISSUER, blind))
                .hasMessageContaining("ctlogs");
    }

    @Test
    void aBundleThatWasTamperedWithDoesNot() throws Exception {
        byte[] bundle = sigstore.bundle(Claim.good(SUBJECT));
        String text = new String(bundle, UTF_8);
        for (String what :
                new String[] {
                    "rootHash", "signedEntryTimestamp", "canonicalizedBody", "payload", "\"sig"
                }) {
            int at = text.indexOf('"', text.indexOf(what) + what.length() + 2) + 30;
            var changed = new StringBuilder(text);
            changed.setCharAt(at, text.charAt(at) == 'A' ? 'B' : 'A');
            assertThat(identity.problem(changed.toString().getBytes(UTF_8), SUBJECT))
                    .as(what)
                    .isPresent();
        }
    }

    @Test
    void anOlderSignatureThatWasTamperedWithDoesNot() throws Exception {
        LoggedSignature good = sigstore.logged(Claim.good(SUBJECT));
        LoggedSignature other = sigstore.logged(Claim.good(OTHER));
        assertThat(problem(with(good, other.payload(), good.entry()))).contains("did not make it");
        assertThat(problem(with(good, good.payload(), other.entry())))
                .contains("is of another signature");
        assertThat(problem(with(good, good.payload(), ""))).contains("no log says when");
        for (String what : new String[] {"logID", "SignedEntryTimestamp", "\"body"}) {
            int at = good.entry().indexOf('"', good.entry().indexOf(what) + what.length() + 2) + 9;
            var changed = new StringBuilder(good.entry());
            changed.setCharAt(at, changed.charAt(at) == 'a' ? 'b' : 'a');
            assertThat(problem(with(good, good.payload(), "" + changed)))
                    .as(what)
                    .contains("of no log of the trust root");
        }
        String later = good.entry().replace("\"integratedTime\":1", "\"integratedTime\":2");
        assertThat(later).isNotEqualTo(good.entry());
        assertThat(problem(with(good, good.payload(), later)))
                .contains("of no log of the trust root");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "no JSON", "{\"Payload\": {\"body\": \"%\"}}"})
    void whatIsNoLogEntryIsTold(String entry) throws Exception {
        LoggedSignature good = sigstore.logged(Claim.good(SUBJECT));
        assertThat(identity.problem(with(good, good.payload(), entry))).isPresent();
        var uncertified = new LoggedSignature(good.payload(), good.signature(), "x", good.entry());
        assertThat(identity.problem(uncertified)).isPresent();
    }

    private String problem(LoggedSignature signature) {
        return identity.problem(signature).orElse("good");
    }

    private static LoggedSignature with(LoggedSignature one, byte[] payload, String entry) {
        return new LoggedSignature(payload, one.signature(), one.certificate(), entry);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "no JSON",
                "{\"mediaType\": \"application/vnd.dev.sigstore.bundle.v0.3+json\"}",
                "{\"mediaType\": \"application/vnd.dev.sigstore.bundle.v0.3+json\", \"verificationMaterial\":"
                        + " {\"certificate\": {\"rawBytes\": \"AA==\"}, \"tlogEntries\": [{}]}, \"dsseEnvelope\": {}}",
            })
    void whatIsNoBundleIsTold(String bundle) {
        assertThat(identity.problem(bundle.getBytes(UTF_8), SUBJECT)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no JSON", "[]", "{\"tlogs\": [{}]}", "{\"mediaType\": \"x\"}"})
    void whatIsNoTrustRootIsTold(String root) {
        assertThatThrownBy(() -> KeylessIdentity.of("a", "b", root))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the trust root is none: ");
    }
}
