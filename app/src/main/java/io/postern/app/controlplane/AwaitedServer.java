package io.postern.app.controlplane;

import io.postern.config.model.ConfigSource.Target;
import io.postern.config.source.xds.DiscoveryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The management server of this process while it starts: streams to it open, and what is sent on
 * them waits until it is there. Thread-safe.
 */
final class AwaitedServer implements DiscoveryTransport {
    private final Set<Waiting> waiting = new LinkedHashSet<>();
    private @Nullable DiscoveryTransport server;

    /** It is there: what was sent meanwhile reaches it. */
    synchronized void serve(DiscoveryTransport started) {
        server = started;
        waiting.forEach(stream -> stream.begin(started));
        waiting.clear();
    }

    @Override
    public synchronized Stream open(Target target, String path, StreamListener listener) {
        DiscoveryTransport started = server;
        if (started != null) {
            return started.open(target, path, listener);
        }
        var stream = new Waiting(target, path, listener);
        waiting.add(stream);
        return stream;
    }

    @Override
    public synchronized void fetch(
            Target target, String path, byte[] body, Duration timeout, FetchListener listener) {
        DiscoveryTransport started = server;
        if (started == null) {
            listener.onFailure("the management server starts");
        } else {
            started.fetch(target, path, body, timeout, listener);
        }
    }

    /** A stream that was opened before; it says little until it is answered. */
    private final class Waiting implements Stream {
        private final Target target;
        private final String path;
        private final StreamListener listener;
        private final List<byte[]> said = new ArrayList<>();
        private @Nullable Stream stream;

        Waiting(Target target, String path, StreamListener listener) {
            this.target = target;
            this.path = path;
            this.listener = listener;
        }

        void begin(DiscoveryTransport started) {
            Stream open = started.open(target, path, listener);
            said.forEach(open::send);
            said.clear();
            stream = open;
        }

        @Override
        public void send(byte[] message) {
            synchronized (AwaitedServer.this) {
                if (stream == null) {
                    said.add(message);
                } else {
                    stream.send(message);
                }
            }
        }

        @Override
        public void close() {
            synchronized (AwaitedServer.this) {
                waiting.remove(this);
                if (stream != null) {
                    stream.close();
                }
            }
        }
    }
}
