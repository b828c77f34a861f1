package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.abi.Buffers;
import io.postern.filters.wasm.abi.RedisCallouts;
import io.postern.filters.wasm.abi.Status;
import io.postern.filters.wasm.engine.GuestFunction;
import io.postern.sdk.Body;
import io.postern.sdk.Worker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Redis calls of one root context (ABI 0.2.100): a connection for each Redis, and the reply the
 * guest is being shown. Confined to the instance's thread.
 */
final class RedisTraffic implements RedisCallouts, RedisLink.Replies {
    /** Commands on their way at a time. */
    private static final int MAX_CALLS = 1024;

    private static final int MAX_TARGETS = 64;
    private static final int NETWORK_ERROR = 1;

    private final WasmVm vm;
    private final RootContext root;
    private final Map<String, RedisTarget> targets = new HashMap<>();
    private final Map<String, RedisLink> links = new HashMap<>();
    private final List<Runnable> early = new ArrayList<>();
    private int onTheirWay;
    private @Nullable Body reply;

    RedisTraffic(WasmVm vm, RootContext root) {
        this.vm = vm;
        this.root = root;
    }

    @Nullable Body reply() {
        return reply;
    }

    void activate() {
        List.copyOf(early).forEach(Runnable::run);
        early.clear();
    }

    void close() {
        links.values().forEach(RedisLink::close);
        links.clear();
        early.clear();
    }

    @Override
    public int init(String target, String username, String password, int timeoutMillis) {
        var made = RedisTarget.of(target, username, password, timeoutMillis);
        Worker worker = vm.worker();
        boolean unknown = worker != null && !worker.hasCluster(made.cluster());
        if (unknown || timeoutMillis < 0) {
            return Status.BAD_ARGUMENT;
        }
        if (targets.size() >= MAX_TARGETS && !targets.containsKey(made.cluster())) {
            return Status.INTERNAL_FAILURE;
        }
        RedisTarget before = targets.put(made.cluster(), made);
        RedisLink link = links.get(made.cluster());
        if (link != null && !made.equals(before)) {
            links.remove(made.cluster()); // what it waits for still arrives
        }
        return Status.OK;
    }

    @Override
    public int call(String target, byte[] query) {
        RedisTarget known = targets.get(RedisTarget.name(target));
        Worker worker = vm.worker();
        if (known == null || (worker != null && !worker.hasCluster(known.cluster()))) {
            return -Status.BAD_ARGUMENT;
        }
        if (onTheirWay >= MAX_CALLS) {
            return -Status.INTERNAL_FAILURE;
        }
        int token = vm.callouts().next(CalloutIds.REDIS);
        if (worker == null) {
            early.add(() -> sendEarly(token, known, query));
        } else if (!send(worker, token, known, query)) {
            return -Status.INTERNAL_FAILURE;
        }
        return token;
    }

    private void sendEarly(int token, RedisTarget target, byte[] query) {
        Worker worker = vm.worker();
        if (worker == null || !send(worker, token, target, query)) {
            onTheirWay++;
            onNoReply(token);
        }
    }

    private boolean send(Worker worker, int token, RedisTarget target, byte[] query) {
        RedisLink link =
                links.computeIfAbsent(
                        target.cluster(), name -> new RedisLink(worker, target, this));
        if (!link.send(token, query)) {
            return false;
        }
        onTheirWay++;
        return true;
    }

    @Override
    public void onReply(int token, byte[] received) {
        tell(token, Status.OK, received);
    }

    @Override
    public void onNoReply(int token) {
        tell(token, NETWORK_ERROR, new byte[0]);
    }

    private void tell(int token, int status, byte[] received) {
        onTheirWay--;
        GuestFunction callback = vm.exports().onRedisReply;
        if (callback == null) {
            return;
        }
        reply = Buffers.of(received);
        root.run(() -> callback.call(root.id(), token, status, received.length));
        reply = null;
    }
}
