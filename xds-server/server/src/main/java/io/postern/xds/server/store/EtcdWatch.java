package io.postern.xds.server.store;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Follows one key for as long as it is not closed. It says only that something may have changed:
 * whoever hears it reads, so that nothing is missed while there is no connection.
 */
final class EtcdWatch implements AutoCloseable {
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 3_000;

    private final EtcdClient client;
    private final WatchRequest request;
    private final Listener listener;
    private final RandomGenerator random;
    private final Thread thread;
    private volatile long pause = FIRST_PAUSE_MILLIS;

    /** Hears of it, on any thread; must not block. */
    interface Listener {
        /** It may have changed, and etcd answers. */
        void changed();

        /** Changes are not heard of. */
        void away(String reason);
    }

    EtcdWatch(EtcdClient client, ByteString key, Listener listener, RandomGenerator random) {
        this.client = client;
        this.request =
                WatchRequest.newBuilder()
                        .setCreateRequest(WatchCreateRequest.newBuilder().setKey(key))
                        .build();
        this.listener = listener;
        this.random = random;
        this.thread = Thread.ofVirtual().name("etcd-watch").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                listener.away(watched());
                client.leaveMember();
                Thread.sleep(pause / 2 + random.nextLong(pause));
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    // Until the stream ends, and why it did.
    private String watched() throws InterruptedException {
        var responses = new Responses();
        StreamObserver<WatchRequest> requests;
        try {
            requests = client.watch(responses);
        } catch (StatusRuntimeException e) {
            return EtcdClient.reason(e);
        }
        try {
            requests.onNext(request);
            responses.begun.get(EtcdClient.ANSWER_SECONDS, TimeUnit.SECONDS);
            return responses.ended.get();
        } catch (TimeoutException _) {
            return "no answer within " + EtcdClient.ANSWER_SECONDS + " s";
        } catch (ExecutionException e) {
            throw new IllegalStateException("bug: it is never completed that way", e);
        } finally {
            if (requests instanceof ClientCallStreamObserver<WatchRequest> call) {
                call.cancel("over", null);
            }
        }
    }

    private final class Responses implements StreamObserver<WatchResponse> {
        private final CompletableFuture<@Nullable Void> begun = new CompletableFuture<>();
        private final CompletableFuture<String> ended = new CompletableFuture<>();

        private void end(String why) {
            ended.complete(why);
            begun.complete(null);
        }

        @Override
        public void onNext(WatchResponse response) {
            if (response.getCanceled()) {
                end("the watch was cancelled: " + response.getCancelReason());
                return;
            }
            begun.complete(null);
            pause = FIRST_PAUSE_MILLIS;
            listener.changed();
        }

        @Override
        public void onError(Throwable problem) {
            end(EtcdClient.reason(problem));
        }

        @Override
        public void onCompleted() {
            end("the stream was closed");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
