package io.postern.xds.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.xds.server.fleet.Gatekeeper.Credential;
import io.postern.xds.server.fleet.NodeIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatekeeperTest {
    // printf secret | sha256sum
    private static final String DIGEST =
            "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
    private static final String LIST =
            """
            nodes:
            - {id: edge-1, cluster: edge, spiffe: "spiffe://example.org/edge-1"}
            - {id: edge-2, token_sha256: "%s"}
            - {id: edge-3, spiffe: "spiffe://example.org/edge-3", token_sha256: "%s"}
            """
                    .formatted(DIGEST, DIGEST);

    @TempDir Path folder;

    private static NodeIdentity node(String id, String cluster) {
        return new NodeIdentity(id, cluster, Map.of(), "envoy", false);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("nodes.yaml"), text);
    }

    @ParameterizedTest
    @CsvSource({
        "edge-1, edge, spiffe://example.org/edge-1, '', true",
        "edge-1, core, spiffe://example.org/edge-1, '', false",
        "edge-1, edge, spiffe://example.org/edge-3, '', false",
        "edge-1, edge, '', secret, false",
        "edge-2, any, '', secret, true",
        "edge-2, any, '', Secret, false",
        "edge-2, any, '', '', false",
        "edge-3, any, spiffe://example.org/edge-3, '', false",
        "edge-3, any, spiffe://example.org/edge-3, secret, true",
        "edge-4, any, '', secret, false",
        "'', '', '', '', false",
    })
    void letsANodeAskOnlyAsWhoItProvesToBe(
            String id, String cluster, String spiffe, String token, boolean allowed)
            throws IOException {
        var nodes = ListedNodes.read(file(LIST));
        assertThat(nodes.refuses(new Credential(spiffe, token), node(id, cluster)) == null)
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "nodes: [{id: a}], nothing to prove it with",
        "'nodes: [{spiffe: \"spiffe://a/b\"}]', without an id",
        "'nodes: [{id: a, token: secret}]', unknown field 'token'",
        "'nodes: [{id: a, token_sha256: abc}]', 64 hexadecimal digits",
        "hosts: [], no list of nodes",
    })
    void refusesAListThatIsWrong(String text, String expected) throws IOException {
        Path list = file(text);
        assertThatThrownBy(() -> ListedNodes.read(list)).hasMessageContaining(expected);
    }

    @Test
    void takesTheLastStepOfASpiffeIdForTheNode() {
        var names = new SpiffeNames();
        var credential = new Credential("spiffe://example.org/gateways/edge-1", "");
        assertThat(names.refuses(credential, node("edge-1", ""))).isNull();
        assertThat(names.refuses(credential, node("edge-2", ""))).contains("may not ask as");
        assertThat(names.refuses(credential, node("gateways/edge-1", ""))).isNotNull();
        assertThat(names.refuses(Credential.NONE, node("edge-1", ""))).contains("certificate");
        assertThat(names.refuses(Credential.NONE, node("", ""))).isNotNull();
    }
}
