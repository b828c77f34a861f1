package io.postern.app.controlplane;

import io.postern.app.Log;
import io.postern.app.cli.Arguments;
import io.postern.app.cli.Command;
import io.postern.app.cli.Flag;
import io.postern.app.cli.UsageException;
import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.xds.server.admin.AdminServer;
import io.postern.xds.server.fleet.Gatekeeper;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code postern serve DIR}: a management server and a gateway in one process. */
public final class ServeCommand implements Command {
    private static final Flag ADMIN =
            Flag.valued("ADDRESS", "For postern ctl (default: 127.0.0.1:18001).", "--admin");
    private static final Flag GATEWAY_ADMIN =
            Flag.valued("ADDRESS", "For Envoy's admin API (default: none).", "--gateway-admin");
    private static final Flag CONCURRENCY =
            Flag.valued("N", "Worker threads (default: one per processor).", "--concurrency");

    @Override
    public String name() {
        return "serve";
    }

    @Override
    public String summary() {
        return "Runs a gateway on a folder of documents, and follows them.";
    }

    @Override
    public String operands() {
        return "DIR";
    }

    @Override
    public List<Flag> flags() {
        return Stream.concat(
                        Stream.of(ADMIN, GATEWAY_ADMIN, CONCURRENCY), ManagedFolder.FLAGS.stream())
                .toList();
    }

    @Override
    public int run(Arguments arguments, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        if (arguments.operands().size() != 1) {
            throw new UsageException("serve: which DIR?");
        }
        var log = new Log(System.err, Log.Level.INFO);
        Path given = Path.of(arguments.operands().getFirst());
        var folder = ManagedFolder.of("serve", given, arguments, log);
        var told = ControlPlaneLog.withDifferences(log);
        var settings = folder.settings(Gatekeeper.OPEN, null, told);
        String admin = arguments.get(ADMIN);
        InetSocketAddress adminAt =
                SocketAddresses.parse("--admin", admin == null ? "127.0.0.1:18001" : admin);
        int workers = arguments.number(CONCURRENCY, 1, Runtime.getRuntime().availableProcessors());
        LoadResult.Loaded bootstrap = bootstrap(nodeOf(folder.folder()), gatewayAdmin(arguments));
        try (AllInOne all = AllInOne.start(settings, folder.plugins(), bootstrap, workers, log);
                AdminServer server = all.answerCtl(adminAt)) {
            log.info("xds", "serving postern ctl on " + "127.0.0.1:" + server.port());
            all.gateway().warmUp();
            all.gateway().awaitStopped();
        }
        return 0;
    }

    private static @Nullable InetSocketAddress gatewayAdmin(Arguments arguments) {
        String given = arguments.get(GATEWAY_ADMIN);
        return given == null ? null : SocketAddresses.parse("--gateway-admin", given);
    }

    /** Two folders are two nodes: what one served last is nothing for the other. */
    static String nodeOf(Path folder) {
        return "serve-" + Integer.toHexString(folder.toString().hashCode());
    }

    /** What the gateway of a folder starts with. */
    static LoadResult.Loaded bootstrap(String node, @Nullable InetSocketAddress admin) {
        String text = NodeBootstrap.ofThisProcess(node, admin);
        return switch (new ConfigFile(System.getenv()).loadYaml("serve", text)) {
            case LoadResult.Loaded loaded -> loaded;
            case LoadResult.Broken broken ->
                    throw new IllegalStateException("bug: " + broken.errors());
        };
    }
}
