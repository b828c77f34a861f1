package io.postern.xds.server.store;

import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who this server is to etcd: a user name and a password are changed for a token, which runs out
 * when it is not used, or when rights change (etcd's role-based access control). Thread-safe;
 * blocks.
 */
final class EtcdTokens {
    private static final Metadata.Key<String> TOKEN =
            Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
    private static final String NONE = "";

    private final EtcdAddress.@Nullable Login login;
    private volatile String token = NONE;

    /** Null: no user is told. */
    EtcdTokens(EtcdAddress.@Nullable Login login) {
        this.login = login;
    }

    /**
     * What a call to a member has to carry.
     *
     * @throws io.grpc.StatusRuntimeException when there is no token to be had
     */
    Metadata headers(Channel member) {
        var headers = new Metadata();
        EtcdAddress.Login who = login;
        if (who == null) {
            return headers;
        }
        String known = token;
        if (known.equals(NONE)) {
            var request =
                    AuthenticateRequest.newBuilder()
                            .setName(who.user())
                            .setPassword(who.password())
                            .build();
            known =
                    AuthGrpc.newBlockingStub(member)
                            .withDeadlineAfter(EtcdClient.ANSWER_SECONDS, TimeUnit.SECONDS)
                            .authenticate(request)
                            .getToken();
            token = known;
        }
        headers.put(TOKEN, known);
        return headers;
    }

    /** The next call asks for another one. */
    void forget() {
        token = NONE;
    }

    /** Whether a call was refused for its token only: with another one it may pass. */
    boolean hasRunOut(Status refusal) {
        String text = String.valueOf(refusal.getDescription());
        return !token.equals(NONE)
                && (refusal.getCode() == Status.Code.UNAUTHENTICATED
                        || text.contains("revision of auth store is old"));
    }
}
