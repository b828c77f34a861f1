package io.postern.xds.server.store;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * etcd's v3 API, as much of it as is needed. A call that a member does not answer is made again at
 * the next one: it may then have been carried out twice. Thread-safe; blocks.
 */
final class EtcdClient implements AutoCloseable {
    static final int ANSWER_SECONDS = 3;

    /** etcd closes connections that ask more often than every 5 s. */
    private static final int KEEPALIVE_SECONDS = 10;

    private static final int KEEPALIVE_ANSWER_SECONDS = 3;

    /** A watch on a member that has lost its cluster ends, instead of being silent. */
    private static final Metadata.Key<String> REQUIRES_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    private final String name;
    private final List<ManagedChannel> members;
    private final EtcdTokens tokens;
    private volatile int current;

    private EtcdClient(String name, List<ManagedChannel> members, EtcdTokens tokens) {
        this.name = name;
        this.tokens = tokens;
        this.members = List.copyOf(members);
    }

    /** Connects when it is asked something. */
    static EtcdClient of(EtcdAddress address) throws IOException {
        ChannelCredentials credentials = credentials(address.tls());
        List<ManagedChannel> members = new ArrayList<>();
        for (EtcdAddress.Member member : address.members()) {
            members.add(
                    NettyChannelBuilder.forAddress(member.host(), member.port(), credentials)
                            .directExecutor()
                            .disableRetry()
                            .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                            .keepAliveTimeout(KEEPALIVE_ANSWER_SECONDS, TimeUnit.SECONDS)
                            .build());
        }
        return new EtcdClient(address.toString(), members, new EtcdTokens(address.login()));
    }

    private static ChannelCredentials credentials(EtcdAddress.@Nullable Tls tls)
            throws IOException {
        if (tls == null) {
            return InsecureChannelCredentials.create();
        }
        var credentials = TlsChannelCredentials.newBuilder();
        if (tls.ca() != null) {
            credentials.trustManager(tls.ca().toFile());
        }
        if (tls.certificate() != null && tls.key() != null) {
            credentials.keyManager(tls.certificate().toFile(), tls.key().toFile());
        }
        return credentials.build();
    }

    /** A key; null when it is not there. */
    @Nullable KeyValue get(ByteString key) throws IOException {
        var request = RangeRequest.newBuilder().setKey(key).build();
        List<KeyValue> found = keys(kv -> kv.range(request)).getKvsList();
        return found.isEmpty() ? null : found.getFirst();
    }

    /** Everything from {@code from} up to and without {@code to}, in the order of the keys. */
    List<KeyValue> range(ByteString from, ByteString to) throws IOException {
        var request = RangeRequest.newBuilder().setKey(from).setRangeEnd(to).build();
        return keys(kv -> kv.range(request)).getKvsList();
    }

    void put(ByteString key, ByteString value) throws IOException {
        var request = PutRequest.newBuilder().setKey(key).setValue(value).build();
        var _ = keys(kv -> kv.put(request));
    }

    /** Deletes what {@link #range} finds. */
    void delete(ByteString from, ByteString to) throws IOException {
        var request = DeleteRangeRequest.newBuilder().setKey(from).setRangeEnd(to).build();
        var _ = keys(kv -> kv.deleteRange(request));
    }

    TxnResponse commit(TxnRequest request) throws IOException {
        return keys(kv -> kv.txn(request));
    }

    private <T> T keys(Function<KVGrpc.KVBlockingStub, T> question) throws IOException {
        return asked(KVGrpc::newBlockingStub, question);
    }

    /** Asks a service of etcd; {@code question} may throw what gRPC throws. */
    <S extends AbstractStub<S>, T> T asked(Function<Channel, S> service, Function<S, T> question)
            throws IOException {
        StatusRuntimeException last = null;
        // once more, where a token has run out
        for (int tries = 0; tries <= members.size(); tries++) {
            int member = current;
            try {
                return question.apply(
                        service.apply(members.get(member))
                                .withInterceptors(carrying(tokens.headers(members.get(member))))
                                .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS));
            } catch (StatusRuntimeException e) {
                last = e;
                if (tokens.hasRunOut(e.getStatus())) {
                    tokens.forget();
                } else if (isAway(e.getStatus())) {
                    next(member);
                } else {
                    break;
                }
            }
        }
        throw new IOException(name + ": " + (last == null ? "" : reason(last)), last);
    }

    private static ClientInterceptor carrying(Metadata headers) {
        return MetadataUtils.newAttachHeadersInterceptor(headers);
    }

    private static boolean isAway(Status status) {
        return switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED -> true;
            default -> false;
        };
    }

    private void next(int member) {
        current = (member + 1) % members.size();
    }

    /** What went wrong, in one line. */
    static String reason(Throwable problem) {
        Status status = Status.fromThrowable(problem);
        Throwable cause = status.getCause();
        String text = status.getDescription() == null ? "" : ": " + status.getDescription();
        return status.getCode() + text + (cause == null ? "" : " (" + cause.getMessage() + ")");
    }

    /**
     * Opens a stream of watches at the next member, whatever has become of earlier connections and
     * tokens.
     *
     * @throws StatusRuntimeException when etcd does not take the user
     */
    StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> responses) {
        members.forEach(ManagedChannel::resetConnectBackoff);
        ManagedChannel member = members.get(current);
        tokens.forget();
        Metadata headers = tokens.headers(member);
        headers.put(REQUIRES_LEADER, "true");
        return WatchGrpc.newStub(member).withInterceptors(carrying(headers)).watch(responses);
    }

    /** The next call goes to another member. */
    void leaveMember() {
        next(current);
    }

    @Override
    public void close() {
        members.forEach(ManagedChannel::shutdownNow);
    }
}
