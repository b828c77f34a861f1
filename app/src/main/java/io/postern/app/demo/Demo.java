package io.postern.app.demo;

import io.postern.app.GatewayProcess;
import io.postern.app.Log;
import io.postern.app.Preload;
import io.postern.config.LoadResult;
import io.postern.core.Gateway;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** The running demo: a gateway and the two services behind it, in one process. Control thread. */
record Demo(List<DemoUpstream> upstreams, GatewayProcess process) implements AutoCloseable {
    private static final int WORKERS = 2;
    private static final Gateway.Drain DRAIN = new Gateway.Drain(Duration.ofSeconds(30), false);

    /**
     * Starts the gateway.
     *
     * @param upstreams already listening; closed with the demo
     */
    static Demo start(
            LoadResult.Loaded config, List<DemoUpstream> upstreams, Log log, Preload preload) {
        return new Demo(upstreams, GatewayProcess.start(config, WORKERS, DRAIN, log, preload));
    }

    /** The two services, on these ports; 0: the system chooses. */
    static List<DemoUpstream> upstreams(int orders, int catalog) throws IOException {
        return List.of(new DemoUpstream("orders", orders), new DemoUpstream("catalog", catalog));
    }

    /** Where the gateway listens, as a URL. */
    String gateway() {
        var address = (InetSocketAddress) process.addresses().getFirst();
        return "http://127.0.0.1:" + address.getPort();
    }

    /** Where its admin server listens, as a URL. */
    String admin() {
        return "http://" + process.adminAddress();
    }

    /** What can be tried, with curl lines that work as they are. */
    String whatToTry() {
        var text = new StringBuilder("\nPostern listens on ").append(gateway());
        text.append(", its admin server on ").append(admin()).append(".\n\n");
        DemoStep.all().forEach(step -> step.tell(gateway(), text));
        text.append("What the gateway knows:\n");
        for (String page : List.of("/stats?filter=demo", "/clusters", "/config_dump")) {
            text.append("  curl ").append(admin()).append(page).append('\n');
        }
        return text.append("\nThe configuration is config/examples/demo.yaml. ")
                .append("Ctrl-C drains and stops.\n")
                .append("The same from documents that can be edited while they are served: ")
                .append("bin/postern demo --serve\n")
                .toString();
    }

    @Override
    public void close() {
        process.stop();
        upstreams.forEach(DemoUpstream::close);
    }
}
