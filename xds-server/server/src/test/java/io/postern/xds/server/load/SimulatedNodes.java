package io.postern.xds.server.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Simulated nodes on one thread. Thread-safe. */
final class SimulatedNodes implements AutoCloseable {
    private static final int BUFFER = 1 << 18;

    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long MOST_PAUSE_MILLIS = 30_000;

    private final InetSocketAddress server;
    private final Selector selector;
    private final List<String> names;
    private final PriorityQueue<Return> returns =
            new PriorityQueue<>(Comparator.comparingLong(Return::atNanos));
    private final SplittableRandom random = new SplittableRandom(1);
    private volatile byte[] firstRequest;
    private volatile boolean comesBack;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long resources;
    private int begun;
    private long expected = Long.MAX_VALUE;
    private String failure = "";
    private volatile boolean closed;

    /**
     * @param names that each of them asks for
     */
    SimulatedNodes(InetSocketAddress server, String prefix, int count, List<String> names)
            throws IOException {
        this.server = server;
        this.names = names;
        firstRequest = SimulatedNode.firstRequest(names, Map.of());
        selector = Selector.open();
        Thread.ofPlatform().daemon().name("nodes").start(() -> run(prefix, count));
    }

    // More at once than the server's backlog has room for: whoever is left out comes again.
    private void run(String prefix, int count) {
        var buffer = ByteBuffer.allocateDirect(BUFFER);
        try {
            for (int i = 0; i < count; i++) {
                join(prefix + i, FIRST_PAUSE_MILLIS);
            }
            while (selector.isOpen()) {
                Return next = returns.peek();
                long pause = next == null ? 0 : next.atNanos() - System.nanoTime();
                if (next != null && pause <= 0) {
                    returns.remove();
                    join(next.id(), Math.min(MOST_PAUSE_MILLIS, next.pauseMillis() * 2));
                } else {
                    selector.select(key -> handle(key, buffer), (pause + 999_999) / 1_000_000);
                }
            }
        } catch (IOException | RuntimeException e) {
            failed(e.toString());
        }
    }

    private void join(String id, long pauseMillis) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(server);
        SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
        key.attach(new Joining(new SimulatedNode(id, channel, key, this), pauseMillis));
    }

    /**
     * A node whose connection is not there yet.
     *
     * @param pauseMillis if that fails, it comes again within so long
     */
    private record Joining(SimulatedNode node, long pauseMillis) {}

    /** A node that was cut off; as in Envoy, it waits a random part of a pause that doubles. */
    private record Return(long atNanos, String id, long pauseMillis) {}

    /** From now on, who is cut off comes again, and says that it has these versions, by name. */
    void comeBackWith(Map<String, String> held) {
        firstRequest = SimulatedNode.firstRequest(names, held);
        lock.lock();
        try {
            begun = 0;
        } finally {
            lock.unlock();
        }
        comesBack = true;
    }

    private void handle(SelectionKey key, ByteBuffer buffer) {
        try {
            switch (key.attachment()) {
                case Joining joining -> {
                    joining.node().begin(firstRequest);
                    key.attach(joining.node());
                    begun();
                }
                case SimulatedNode node -> {
                    if (key.isReadable()) {
                        node.read(buffer);
                    } else {
                        node.flush();
                    }
                }
                default -> throw new IllegalStateException("bug: " + key.attachment());
            }
        } catch (IOException e) {
            key.cancel();
            if (comesBack) {
                cutOff(key);
            } else {
                failed(e.toString());
            }
        }
    }

    private void cutOff(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            failed(e.toString());
        }
        var joining = key.attachment() instanceof Joining one ? one : null;
        long pause = joining == null ? FIRST_PAUSE_MILLIS : joining.pauseMillis();
        String id = joining == null ? ((SimulatedNode) key.attachment()).id() : joining.node().id();
        long wait = random.nextLong(pause * 1_000_000);
        returns.add(new Return(System.nanoTime() + wait, id, pause));
    }

    private void begun() {
        lock.lock();
        try {
            begun++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Resources have come and were accepted. */
    void received(int count) {
        lock.lock();
        try {
            resources += count;
            if (resources >= expected) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void failed(String what) {
        if (closed) {
            return;
        }
        lock.lock();
        try {
            failure = what;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until so many resources came in all, to all of them. */
    void await(long count, Duration patience) throws InterruptedException {
        lock.lock();
        try {
            expected = count;
        } finally {
            lock.unlock();
        }
        await(() -> resources >= count, patience);
    }

    /** Waits until so many of them have come back. */
    void awaitBack(int count, Duration patience) throws InterruptedException {
        await(() -> begun >= count, patience);
    }

    private void await(BooleanSupplier what, Duration patience) throws InterruptedException {
        long nanos = patience.toNanos();
        lock.lock();
        try {
            while (!what.getAsBoolean()) {
                if (!failure.isEmpty()) {
                    throw new IllegalStateException("a node was lost: " + failure);
                }
                if (nanos <= 0) {
                    throw new IllegalStateException(
                            "after %s: %d resources, %d nodes that asked"
                                    .formatted(patience, resources, begun));
                }
                nanos = changed.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many resources came in all. */
    long received() {
        lock.lock();
        try {
            return resources;
        } finally {
            lock.unlock();
        }
    }

    /** Ends all connections. */
    @Override
    public void close() throws IOException {
        closed = true;
        for (SelectionKey key : Set.copyOf(selector.keys())) {
            key.channel().close();
        }
        selector.close();
    }
}
