package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.AuthEnableRequest;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthRoleAddRequest;
import io.etcd.jetcd.api.AuthRoleGrantPermissionRequest;
import io.etcd.jetcd.api.AuthUserAddRequest;
import io.etcd.jetcd.api.AuthUserGrantRoleRequest;
import io.etcd.jetcd.api.Permission;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.postern.app.cli.Arguments;
import io.postern.app.cli.UsageException;
import io.postern.xds.server.store.History;
import io.postern.xds.server.store.Revision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real etcd that speaks TLS, and in which a user may use one prefix only. */
@Timeout(120)
class EtcdAccessIT {
    @TempDir static Path machine = Path.of("");
    private static @Nullable EtcdServer etcd;

    @TempDir Path folder = Path.of("");
    private final List<History> open = new ArrayList<>();

    @BeforeAll
    static void startEtcd() throws Exception {
        Path program = EtcdServer.program();
        assumeTrue(program != null, "there is no etcd");
        if (program == null) {
            return;
        }
        Authority ca = Authority.in(machine, "test-ca");
        var _ = ca.certificate();
        Files.writeString(machine.resolve("password"), "open sesame\n");
        Files.writeString(machine.resolve("wrong"), "open rye\n");
        EtcdServer server =
                EtcdServer.start(program, machine.resolve("data"), ca.issue("etcd", null));
        etcd = server;
        demandUsers(server);
    }

    private static void demandUsers(EtcdServer server) throws IOException {
        var trust = TlsChannelCredentials.newBuilder();
        trust.trustManager(machine.resolve("ca.pem").toFile());
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", server.port(), trust.build()).build();
        try {
            var auth = AuthGrpc.newBlockingStub(channel);
            for (String name : List.of("root", "postern")) {
                var _ =
                        auth.userAdd(
                                AuthUserAddRequest.newBuilder()
                                        .setName(name)
                                        .setPassword("open sesame")
                                        .build());
                var _ = auth.roleAdd(AuthRoleAddRequest.newBuilder().setName(name).build());
                var _ =
                        auth.userGrantRole(
                                AuthUserGrantRoleRequest.newBuilder()
                                        .setUser(name)
                                        .setRole(name)
                                        .build());
            }
            var _ =
                    auth.roleGrantPermission(
                            AuthRoleGrantPermissionRequest.newBuilder()
                                    .setName("postern")
                                    .setPerm(
                                            Permission.newBuilder()
                                                    .setPermType(Permission.Type.READWRITE)
                                                    .setKey(ByteString.copyFromUtf8("/edge/"))
                                                    .setRangeEnd(ByteString.copyFromUtf8("/edge0")))
                                    .build());
            var _ = auth.authEnable(AuthEnableRequest.getDefaultInstance());
        } finally {
            channel.shutdownNow();
        }
    }

    @AfterAll
    static void stopEtcd() {
        if (etcd != null) {
            etcd.close();
        }
    }

    @AfterEach
    void close() {
        open.forEach(History::close);
    }

    private static EtcdServer etcd() {
        if (etcd == null) {
            throw new IllegalStateException("bug: there is no etcd");
        }
        return etcd;
    }

    /** As {@code postern control-plane} is told of it. */
    private History history(String name, String prefix, String options) throws IOException {
        List<String> words =
                Arrays.stream(options.split(" ", -1))
                        .map(word -> word.replace("~", machine.toString()))
                        .toList();
        History history = etcd().history(prefix, folder.resolve(name), words);
        open.add(history);
        return history;
    }

    private static Revision revision(long number) {
        return new Revision(
                number, Instant.EPOCH, "me", List.of(), "content" + number, "", List.of());
    }

    @Test
    void serversThatSayWhoTheyAreShareRevisionsOverTlsAlsoAfterTheirTokensRanOut()
            throws Exception {
        // Given
        String user = "--store-ca ~/ca.pem --store-user postern --store-password-file ~/password";
        History one = history("one", "edge", user);
        History two = history("two", "edge", user);
        var heard = new Semaphore(0);
        two.follow(heard::release);
        assertThat(heard.tryAcquire(20, TimeUnit.SECONDS)).as("the watch has begun").isTrue();
        heard.drainPermits();
        // When
        one.append(revision(1));
        // Then
        assertThat(heard.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        assertThat(two.catchUp()).isTrue();
        assertThat(two.newest()).isEqualTo(revision(1));
        // When etcd starts again, which knows no token that it has given
        etcd().kill();
        etcd().start();
        heard.drainPermits();
        // Then
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    one.append(revision(2));
                    return true;
                });
        assertThat(heard.tryAcquire(20, TimeUnit.SECONDS)).as("the watch has begun again").isTrue();
        assertThat(two.catchUp()).isTrue();
        assertThat(two.newest()).isEqualTo(revision(2));
        assertThat(two.state().problem()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "edge | --store-ca ~/ca.pem | user name is empty",
                "edge | --store-ca ~/ca.pem --store-user postern --store-password-file ~/wrong"
                        + " | authentication failed, invalid user ID or password",
                "other | --store-ca ~/ca.pem --store-user postern --store-password-file ~/password"
                        + " | permission denied",
                "edge | --state ~/x | UNAVAILABLE",
            })
    void whoIsNotTakenIsToldWhy(String line) throws IOException {
        String[] words = line.split(" \\| ?", -1);
        History history = history("one", words[0], words[1]);
        assertThat(history.state().problem()).contains(words[2]);
    }

    @Test
    void aUserWithoutPasswordIsRefused() {
        List<String> words = Arrays.asList("--store", "etcd://a", "--store-user", "postern");
        Arguments arguments = Arguments.parse(StoreFlags.FLAGS, words);
        assertThatThrownBy(() -> StoreFlags.of(arguments, folder))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--store-password-file");
    }
}
