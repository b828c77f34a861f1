package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.postern.xds.server.store.History;
import io.postern.xds.server.store.Revision;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real etcd that takes nobody without a certificate. */
@Timeout(120)
class EtcdCertificatesIT {
    @TempDir static Path machine = Path.of("");
    private static @Nullable EtcdServer etcd;

    @TempDir Path folder = Path.of("");

    @BeforeAll
    static void startEtcd() throws Exception {
        Path program = EtcdServer.program();
        assumeTrue(program != null, "there is no etcd");
        if (program == null) {
            return;
        }
        Authority ca = Authority.in(machine, "test-ca");
        var _ = ca.issue("postern", null);
        var _ = Authority.in(machine, "other-ca").issue("stranger", null);
        etcd =
                EtcdServer.start(
                        program, machine.resolve("data"), ca.issue("etcd", ca.certificate()));
    }

    @AfterAll
    static void stopEtcd() {
        if (etcd != null) {
            etcd.close();
        }
    }

    /**
     * @param who has a certificate; empty: nobody
     */
    private History history(String state, String who) throws IOException {
        EtcdServer server = etcd;
        if (server == null) {
            throw new IllegalStateException("bug: there is no etcd");
        }
        List<String> trust = List.of("--store-ca", file("ca.pem"));
        List<String> options =
                who.isEmpty()
                        ? trust
                        : List.of(
                                trust.getFirst(),
                                trust.getLast(),
                                "--store-certificate",
                                file(who + ".pem"),
                                "--store-key",
                                file(who + "-key.pem"));
        return server.history("edge", folder.resolve(state), options);
    }

    private static String file(String name) {
        return machine.resolve(name).toString();
    }

    @Test
    void serversWithCertificatesShareRevisions() throws IOException {
        var first = new Revision(1, Instant.EPOCH, "me", List.of(), "content", "", List.of());
        try (History one = history("one", "postern")) {
            one.append(first);
            try (History two = history("two", "postern")) {
                assertThat(two.newest()).isEqualTo(first);
                assertThat(two.state().problem()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "stranger"})
    void whoHasNoneOfTheRightAuthorityIsNotTaken(String who) throws IOException {
        try (History history = history("refused", who)) {
            assertThat(history.state().problem()).contains("UNAVAILABLE");
        }
    }
}
