package io.postern.xds.server.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Simulated nodes on one thread. Thread-safe. */
final class SimulatedNodes implements AutoCloseable {
    private static final int BUFFER = 1 << 18;

    private final Selector selector;
    private final List<String> names;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long resources;
    private long expected = Long.MAX_VALUE;
    private String failure = "";
    private volatile boolean closed;

    /**
     * @param names that each of them asks for
     */
    SimulatedNodes(InetSocketAddress server, String prefix, int count, List<String> names)
            throws IOException {
        this.names = names;
        selector = Selector.open();
        Thread.ofPlatform().daemon().name("nodes").start(() -> run(server, prefix, count));
    }

    // More at once than the server's backlog has room for: whoever is left out comes again.
    private void run(InetSocketAddress server, String prefix, int count) {
        var buffer = ByteBuffer.allocateDirect(BUFFER);
        try {
            for (int i = 0; i < count; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(server);
                SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
                key.attach(new Joining(new SimulatedNode(channel, key, this), prefix + i));
            }
            while (selector.isOpen()) {
                selector.select(key -> handle(key, buffer));
            }
        } catch (IOException | RuntimeException e) {
            failed(e.toString());
        }
    }

    private record Joining(SimulatedNode node, String id) {}

    private void handle(SelectionKey key, ByteBuffer buffer) {
        try {
            switch (key.attachment()) {
                case Joining joining -> {
                    joining.node().begin(SimulatedNode.firstRequest(joining.id(), names));
                    key.attach(joining.node());
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
            failed(e.toString());
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
        long nanos = patience.toNanos();
        lock.lock();
        try {
            expected = count;
            while (resources < count) {
                if (!failure.isEmpty()) {
                    throw new IllegalStateException("a node was lost: " + failure);
                }
                if (nanos <= 0) {
                    throw new IllegalStateException(resources + " resources, not " + count);
                }
                nanos = changed.awaitNanos(nanos);
            }
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
