package io.postern.xds.server.store;

import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A lease of etcd, renewed by a thread of its own for as long as this process lives and etcd
 * answers. What is written with it is gone soon after this process is. Thread-safe.
 */
final class EtcdLease implements AutoCloseable {
    /** How long what a dead server held is nobody's. */
    static final int SECONDS = 3;

    private static final long RENEWED_EVERY_MILLIS = 800;

    private final EtcdClient client;
    private final Thread thread;
    private volatile Held held = new Held(0, System.nanoTime());

    /** {@code until} in nanoseconds: by then etcd may have given it up. */
    private record Held(long id, long until) {
        boolean isOver() {
            return System.nanoTime() - until >= 0;
        }
    }

    EtcdLease(EtcdClient client) {
        this.client = client;
        this.thread = Thread.ofVirtual().name("etcd-lease").start(this::run);
    }

    /** Its id; 0: there is none now. */
    long id() {
        Held now = held;
        return now.isOver() ? 0 : now.id();
    }

    private void run() {
        try {
            while (true) {
                renew();
                Thread.sleep(RENEWED_EVERY_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void renew() {
        long now = System.nanoTime();
        long until = now + TimeUnit.SECONDS.toNanos(SECONDS);
        long id = id();
        try {
            if (id != 0 && client.asked(LeaseGrpc::newStub, stub -> isKept(stub, id))) {
                held = new Held(id, until);
            } else {
                held = new Held(granted(), until);
            }
        } catch (IOException _) {
            // Whoever asks for it sees that it is over.
        }
    }

    private long granted() throws IOException {
        var request = LeaseGrantRequest.newBuilder().setTTL(SECONDS).build();
        return client.asked(LeaseGrpc::newBlockingStub, stub -> stub.leaseGrant(request)).getID();
    }

    private static boolean isKept(LeaseGrpc.LeaseStub stub, long id) {
        var answer = new CompletableFuture<Long>();
        StreamObserver<LeaseKeepAliveRequest> requests =
                stub.leaseKeepAlive(
                        new StreamObserver<>() {
                            @Override
                            public void onNext(LeaseKeepAliveResponse response) {
                                answer.complete(response.getTTL());
                            }

                            @Override
                            public void onError(Throwable problem) {
                                answer.completeExceptionally(problem);
                            }

                            @Override
                            public void onCompleted() {
                                answer.complete(0L);
                            }
                        });
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(id).build());
        try {
            return answer.get(EtcdClient.ANSWER_SECONDS, TimeUnit.SECONDS) > 0;
        } catch (ExecutionException e) {
            throw Status.fromThrowable(e.getCause()).asRuntimeException();
        } catch (TimeoutException _) {
            throw new StatusRuntimeException(Status.DEADLINE_EXCEEDED);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new StatusRuntimeException(Status.CANCELLED);
        } finally {
            requests.onCompleted();
        }
    }

    /** Gives it up, and what was written with it. */
    @Override
    public void close() {
        thread.interrupt();
        long id = id();
        if (id != 0) {
            var request = LeaseRevokeRequest.newBuilder().setID(id).build();
            try {
                var _ = client.asked(LeaseGrpc::newBlockingStub, stub -> stub.leaseRevoke(request));
            } catch (IOException _) {
                // It ends by itself.
            }
        }
    }
}
