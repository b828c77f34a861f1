package io.postern.config.source.xds;

import com.google.protobuf.InvalidProtocolBufferException;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ConfigSource.Target;
import io.postern.config.model.ResourceType;
import io.postern.config.source.xds.DiscoveryTransport.Stream;
import io.postern.config.source.xds.DiscoveryTransport.StreamListener;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC stream to a management server that is opened again whenever it ends.
 *
 * <pre>
 *  CLOSED --want--> CONNECTED --end, garbage--> WAITING --back-off--> CONNECTED
 * </pre>
 *
 * <p>Control thread; what the transport calls hops there.
 */
final class GrpcSubscription implements Subscription {
    private final ConfigSource source;
    private final List<Target> targets;
    private final String path;
    private final Dialogue dialogue;
    private final XdsParts parts;
    private final Backoff backoff;
    private final ResourceType speaksOf;
    private @Nullable Connection connection;
    private Runnable waiting = () -> {};
    private boolean isWaiting;
    private int attempts;
    private boolean closed;

    /**
     * @param speaksOf whom failures are told for
     */
    GrpcSubscription(
            ConfigSource source,
            List<Target> targets,
            String path,
            Dialogue dialogue,
            ResourceType speaksOf,
            XdsParts parts) {
        this.source = source;
        this.targets = targets;
        this.path = path;
        this.dialogue = dialogue;
        this.speaksOf = speaksOf;
        this.parts = parts;
        this.backoff = new Backoff(parts.random());
    }

    @Override
    public void want(ResourceType type, Wanted wanted) {
        dialogue.want(type, wanted);
        if (connection == null && !isWaiting && dialogue.wantsAnything()) {
            connect();
        }
    }

    @Override
    public boolean wantsAnything() {
        return dialogue.wantsAnything();
    }

    @Override
    public void held(ResourceType type, Set<String> names) {
        Connection silent = connection;
        if (dialogue.held(type, names) && silent != null) {
            end(silent);
            again();
        }
    }

    @Override
    public void lost(ResourceType type, String name) {
        dialogue.lost(type, name);
    }

    private void connect() {
        isWaiting = false;
        if (closed) {
            return;
        }
        var next = new Connection();
        connection = next;
        Target target = targets.get(attempts++ % targets.size());
        next.stream = parts.transport().open(target, path, next);
        dialogue.begin(next::send);
    }

    private void ended(Connection which, String reason) {
        if (connection != which) {
            return;
        }
        end(which);
        if (!closed) {
            parts.sink().onFailure(source, speaksOf, reason);
            again();
        }
    }

    private void end(Connection which) {
        connection = null;
        which.close();
        dialogue.end();
        if (which.connected) {
            parts.stats().disconnected();
        }
    }

    private void again() {
        isWaiting = true;
        waiting = parts.control().schedule(backoff.next(), this::connect);
    }

    private void message(Connection from, byte[] octets) {
        if (connection != from) {
            return;
        }
        try {
            if (!from.connected) {
                from.connected = true;
                parts.stats().connected();
            }
            dialogue.message(octets);
            backoff.reset();
        } catch (InvalidProtocolBufferException e) {
            ended(from, "what the server sent is no discovery response: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        closed = true;
        waiting.run();
        Connection open = connection;
        if (open != null) {
            ended(open, "closed");
        }
    }

    /** One stream. */
    private final class Connection implements StreamListener {
        private final Queue<byte[]> early = new ArrayDeque<>();
        private @Nullable Stream stream;
        private boolean connected;

        void send(byte[] message) {
            if (stream == null) {
                early.add(message);
            } else {
                stream.send(message);
            }
        }

        void close() {
            if (stream != null) {
                stream.close();
            }
        }

        @Override
        public void onOpen() {
            parts.control()
                    .execute(() -> {
                        if (connection == this && !connected) {
                            connected = true;
                            parts.stats().connected();
                        }
                    });
        }

        @Override
        public void onMessage(byte[] octets) {
            parts.control().execute(() -> message(this, octets));
        }

        @Override
        public void onEnd(String reason) {
            parts.control().execute(() -> ended(this, reason));
        }
    }
}
