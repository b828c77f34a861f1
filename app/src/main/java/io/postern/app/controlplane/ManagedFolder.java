package io.postern.app.controlplane;

import io.postern.app.Log;
import io.postern.app.cli.Arguments;
import io.postern.app.cli.Flag;
import io.postern.app.cli.UsageException;
import io.postern.xds.server.ControlPlane;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.modules.Content;
import io.postern.xds.server.store.Store;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of documents and what its management server is made of, for every command that serves
 * one.
 *
 * @param folder absolute
 * @param store where the server keeps what it has to remember
 * @param statusFiles whether what became of documents is written beside them
 */
record ManagedFolder(
        Path folder, Store store, Plugins plugins, boolean statusFiles, Clock clock, Log log) {
    private static final Flag NO_STATUS =
            Flag.toggle(
                    "Writes nothing into the folder: no .status beside the documents.",
                    "--no-status");

    /** The flags of all such commands. */
    static final List<Flag> FLAGS =
            Stream.concat(
                            Stream.concat(StoreFlags.FLAGS.stream(), Stream.of(NO_STATUS)),
                            Plugins.FLAGS.stream())
                    .toList();

    /**
     * The folder of a command line.
     *
     * @param said what it was given as, for messages
     */
    static ManagedFolder of(String said, Path given, Arguments arguments, Log log)
            throws IOException {
        Path folder = given.toAbsolutePath().normalize();
        if (!Files.isDirectory(folder)) {
            throw new UsageException(said + " " + given + ": not a folder");
        }
        Store store = StoreFlags.of(arguments, folder);
        var registries = Plugins.Registries.of(arguments);
        return of(folder, store, registries, !arguments.has(NO_STATUS), log);
    }

    /** A folder with everything that is to be known of it. */
    static ManagedFolder of(
            Path folder, Store store, Plugins.Registries registries, boolean statusFiles, Log log) {
        Clock clock = Clock.systemUTC();
        var plugins =
                new Plugins(
                        folder,
                        store.directory(),
                        registries,
                        clock,
                        text -> log.warn("oci", text));
        return new ManagedFolder(folder, store, plugins, statusFiles, clock, log);
    }

    /**
     * What its server is made of.
     *
     * @param content where nodes fetch plugins; null: they get them inline
     * @param told hears what happens
     */
    ControlPlane.Settings settings(
            Gatekeeper gatekeeper, @Nullable Content content, ControlPlaneLog told) {
        return new ControlPlane.Settings(
                folder,
                store,
                System.getenv(),
                plugins,
                content,
                statusFiles,
                gatekeeper,
                store.shared() == null ? user() : user() + "@" + host(),
                clock,
                told,
                told);
    }

    private static String user() {
        return System.getProperty("user.name", "unknown");
    }

    // Of several servers, which one.
    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "unknown";
        }
    }
}
