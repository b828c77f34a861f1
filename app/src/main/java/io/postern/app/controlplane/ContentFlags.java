package io.postern.app.controlplane;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Flag;
import io.postern.xds.server.modules.Content;
import io.postern.xds.server.modules.ModuleServer;
import io.postern.xds.server.modules.ModuleStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where Posterns fetch plugins: what the command line says of it, and the server. */
final class ContentFlags {
    private static final Flag CONTENT =
            Flag.valued(
                    "ADDRESS",
                    "Where Posterns fetch plugins, or none: inline (default: port 18002).",
                    "--content");
    private static final Flag AUTHORITY =
            Flag.valued(
                    "HOST:PORT",
                    "How nodes reach --content, where that is not its address.",
                    "--content-authority");
    private static final int DEFAULT_PORT = 18_002;
    private static final long MOST_OCTETS = 1L << 30;
    private static final String NONE = "none";

    static final List<Flag> FLAGS = List.of(CONTENT, AUTHORITY);

    private ContentFlags() {}

    /** A server that listens, and what nodes are told of it. */
    record Serving(ModuleServer server, Content content) implements AutoCloseable {
        @Override
        public void close() {
            server.close();
        }
    }

    /**
     * Serves plugins; null: nodes get them inline. That is so, too, unless it is asked for, where
     * the address of {@code listen} tells nodes nothing, and where they speak TLS with it: content
     * is served in clear text.
     */
    static @Nullable Serving start(
            Arguments arguments, InetSocketAddress listen, boolean tls, ManagedFolder folder)
            throws IOException {
        String given = arguments.get(CONTENT);
        boolean otherwise = tls || listen.getAddress().isAnyLocalAddress();
        if (NONE.equals(given) || (given == null && otherwise)) {
            return null;
        }
        InetSocketAddress address =
                given == null
                        ? new InetSocketAddress(listen.getAddress(), DEFAULT_PORT)
                        : SocketAddresses.parse("--content", given);
        return start(address, arguments.get(AUTHORITY), folder);
    }

    /**
     * Serves plugins.
     *
     * @param authority as nodes say it; null: the address
     */
    static Serving start(
            InetSocketAddress address, @Nullable String authority, ManagedFolder folder)
            throws IOException {
        var store =
                new ModuleStore(
                        folder.store().directory().resolve("modules"), MOST_OCTETS, folder.clock());
        ModuleServer server = ModuleServer.start(address, store);
        String reached = authority == null ? text(address.getAddress(), server.port()) : authority;
        folder.log().info("xds", "serving plugins on " + reached);
        return new Serving(server, Content.at(reached, store));
    }

    private static String text(InetAddress address, int port) {
        String host = address.getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
