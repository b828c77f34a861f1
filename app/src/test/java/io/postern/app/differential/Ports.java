package io.postern.app.differential;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.BitSet;
import java.util.random.RandomGenerator;

/**
 * Finds free loopback ports between 20000 and 32000: below the ephemeral range, so that no outgoing
 * connection takes one between its choice and its use, and always five digits, so that a port in a
 * body never changes its length. None is given twice.
 */
public final class Ports {
    private static final int FIRST = 20_000;
    private static final int LAST = 32_000;
    private static final int TRIES_MAX = 200;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final RandomGenerator random;
    private final BitSet given = new BitSet();

    public Ports(RandomGenerator random) {
        this.random = random;
    }

    ServerSocket listen() throws IOException {
        for (int i = 0; i < TRIES_MAX; i++) {
            try {
                return new ServerSocket(another(), 512, LOOPBACK);
            } catch (BindException _) {
                // taken: try another one
            }
        }
        throw new IOException("no free port between " + FIRST + " and " + LAST);
    }

    /** A port that was free a moment ago, for a process that binds it itself. */
    public int free() throws IOException {
        try (ServerSocket probe = listen()) {
            return probe.getLocalPort();
        }
    }

    /** A bound socket that does not listen: connecting to its port is refused while it is open. */
    Socket refusing() throws IOException {
        for (int i = 0; i < TRIES_MAX; i++) {
            Socket socket = new Socket();
            try {
                socket.bind(new InetSocketAddress(LOOPBACK, another()));
                return socket;
            } catch (BindException _) {
                socket.close();
            }
        }
        throw new IOException("no free port between " + FIRST + " and " + LAST);
    }

    private int another() throws IOException {
        for (int i = 0; i < TRIES_MAX; i++) {
            int port = random.nextInt(FIRST, LAST);
            if (!given.get(port)) {
                given.set(port);
                return port;
            }
        }
        throw new IOException("all ports between " + FIRST + " and " + LAST + " were given");
    }
}
