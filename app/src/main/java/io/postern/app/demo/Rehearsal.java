package io.postern.app.demo;

import io.postern.app.GatewayProcess;
import io.postern.app.Log;
import io.postern.app.Preload;
import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.core.Gateway;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What starts do, so that the AOT cache of {@code bin/postern} knows the classes and the hot code
 * that they need: a gateway on a file, as {@code run} has it, and the demo twice, at first without
 * anything that it served before. Each gets every request of the demo.
 *
 * @param root of the checkout
 * @param folder empty
 * @param rounds how often everything is sent
 */
record Rehearsal(Path root, Path folder, int rounds) {
    private static final Path FILE = Path.of("config", "examples", "demo.yaml");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Gateway.Drain AT_ONCE = new Gateway.Drain(PATIENCE, false);

    /** The answers do not matter, that they come does. */
    void run() throws IOException, InterruptedException {
        ofFile();
        int port = freePort();
        for (String time : new String[] {"first", "second"}) {
            Path own = Files.createDirectory(folder.resolve(time));
            var ports = Demo.Ports.withGateway(port);
            try (var demo = Demo.start(own, ports, Preload.ofCode(Demo.code(root)), quiet())) {
                demo.whatToTry();
                demo.follow(root);
                var _ = demo.gateway().awaitReady(PATIENCE);
                ask(port, URI.create(demo.admin()).getPort());
            }
        }
    }

    private void ofFile() throws IOException {
        LoadResult.Loaded config = config();
        var process = GatewayProcess.start(config, 2, AT_ONCE, quiet(), Preload.start(FILE));
        try {
            var gateway = (InetSocketAddress) process.addresses().getFirst();
            ask(gateway.getPort(), URI.create("http://" + process.adminAddress()).getPort());
        } finally {
            process.stop();
        }
    }

    // On free ports; nobody is behind it, and files are found in the root.
    private LoadResult.Loaded config() throws IOException {
        String files = root.toString().isEmpty() ? "" : root + "/";
        String yaml =
                Files.readString(root.resolve(FILE))
                        .replace("filename: ", "filename: " + files)
                        .replaceAll("port_value: (?:9901|10000)\\b", "port_value: 0");
        return switch (new ConfigFile(Map.of()).loadYaml(FILE.toString(), yaml)) {
            case LoadResult.Loaded loaded -> loaded;
            case LoadResult.Broken broken -> throw new IOException(FILE + ": " + broken.errors());
        };
    }

    private void ask(int gateway, int admin) throws IOException {
        for (int round = 0; round < rounds; round++) {
            for (DemoStep step : DemoStep.all()) {
                for (DemoRequest request : step.requests()) {
                    send(gateway, request.octets());
                }
            }
        }
        for (String page : new String[] {"/stats", "/clusters", "/config_dump", "/ready"}) {
            send(admin, DemoRequest.get(page, 200).octets());
        }
    }

    private static void send(int port, byte[] octets) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(octets);
            InputStream in = socket.getInputStream();
            if (in.readAllBytes().length == 0) {
                throw new IOException("the demo did not answer");
            }
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Log quiet() {
        return new Log(System.err, Log.Level.OFF);
    }
}
