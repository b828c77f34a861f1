package io.postern.app.controlplane;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Flag;
import io.postern.app.cli.UsageException;
import io.postern.xds.server.store.EtcdAddress;
import io.postern.xds.server.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a server keeps what it has to remember: what the command line says of it. */
final class StoreFlags {
    private static final Flag STORE =
            Flag.valued(
                    "DIR|etcd://HOST:PORT[,…][/PREFIX]",
                    "Where what was published is kept; servers with one etcd share it.",
                    "--store");
    private static final Flag STATE =
            Flag.valued("DIR", "With etcd: where this server keeps what is its own.", "--state");
    private static final Flag CA =
            Flag.valued("FILE", "Who signs etcd's certificates, PEM: uses TLS.", "--store-ca");
    private static final Flag CERTIFICATE =
            Flag.valued("FILE", "The certificate to show to etcd, PEM.", "--store-certificate");
    private static final Flag KEY =
            Flag.valued("FILE", "The key of that certificate, PEM.", "--store-key");
    private static final Flag USER = Flag.valued("NAME", "A user of etcd.", "--store-user");
    private static final Flag PASSWORD =
            Flag.valued("FILE", "That user's password.", "--store-password-file");

    static final List<Flag> FLAGS = List.of(STORE, STATE, CA, CERTIFICATE, KEY, USER, PASSWORD);

    private StoreFlags() {}

    /** The store of a folder of documents. */
    static Store of(Arguments arguments, Path folder) throws IOException {
        String given = arguments.get(STORE);
        EtcdAddress.Tls tls = tls(arguments);
        EtcdAddress.Login login = login(arguments);
        if (given == null || !given.startsWith(EtcdAddress.SCHEME)) {
            if (tls != null || login != null || arguments.get(STATE) != null) {
                throw new UsageException("--state and --store-… belong to --store etcd://…");
            }
            return Store.in(given == null ? StateDirectory.of(folder) : Path.of(given));
        }
        Path own = arguments.path(STATE);
        try {
            return new Store(
                    own == null ? StateDirectory.of(folder) : own,
                    EtcdAddress.parse(given, tls).as(login));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--store: " + e.getMessage());
        }
    }

    private static EtcdAddress.@Nullable Tls tls(Arguments arguments) {
        Path ca = arguments.path(CA);
        Path certificate = arguments.path(CERTIFICATE);
        Path key = arguments.path(KEY);
        if (ca == null && certificate == null && key == null) {
            return null;
        }
        if ((certificate == null) != (key == null)) {
            throw new UsageException("--store-certificate and --store-key belong together");
        }
        return new EtcdAddress.Tls(ca, certificate, key);
    }

    private static EtcdAddress.@Nullable Login login(Arguments arguments) throws IOException {
        String user = arguments.get(USER);
        Path password = arguments.path(PASSWORD);
        if (user == null && password == null) {
            return null;
        }
        if (user == null || password == null) {
            throw new UsageException("--store-user and --store-password-file belong together");
        }
        return new EtcdAddress.Login(user, Files.readString(password).strip());
    }
}
