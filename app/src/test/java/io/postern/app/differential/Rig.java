package io.postern.app.differential;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One proxy on one configuration, between a client and its own recording upstream. */
final class Rig implements AutoCloseable {
    private static final Pattern BASE64 = Pattern.compile("\\$\\{base64:(.*?)}");

    private static final String INCLUDE = "# include ";
    private static final int START_TRIES = 3;

    private final RecordingUpstream upstream;
    private final Socket dead;
    private final Map<String, String> ports;
    private final ProxyProcess proxy;
    private final Path accessLog;
    private final Client client = new Client();

    private Rig(
            RecordingUpstream upstream,
            Socket dead,
            Map<String, String> ports,
            ProxyProcess proxy,
            Path accessLog) {
        this.upstream = upstream;
        this.dead = dead;
        this.ports = Map.copyOf(ports);
        this.proxy = proxy;
        this.accessLog = accessLog;
    }

    /**
     * Starts what the file of the given case needs. Tries again with other ports when another
     * process was faster to bind one.
     */
    static Rig start(Launcher launcher, Workspace workspace, Case any, Ports free)
            throws IOException, InterruptedException {
        for (int i = 1; ; i++) {
            try {
                return startOnce(launcher, workspace, any, free);
            } catch (ProxyProcess.NotReadyException e) {
                boolean taken = String.valueOf(e.getMessage()).contains("ddress already in use");
                if (!taken || i == START_TRIES) {
                    throw e;
                }
            }
        }
    }

    private static Rig startOnce(Launcher launcher, Workspace workspace, Case any, Ports free)
            throws IOException, InterruptedException {
        RecordingUpstream upstream = new RecordingUpstream(free);
        Socket dead = free.refusing();
        int admin = free.free();
        Map<String, String> ports = new TreeMap<>();
        ports.put("LISTENER_PORT", Integer.toString(free.free()));
        ports.put("ADMIN_PORT", Integer.toString(admin));
        ports.put("UPSTREAM_PORT", Integer.toString(upstream.portA()));
        ports.put("UPSTREAM_B_PORT", Integer.toString(upstream.portB()));
        ports.put("DEAD_PORT", Integer.toString(dead.getLocalPort()));
        Path directory = workspace.scratch(any.file());
        Path file = directory.resolve(launcher.name() + ".yaml");
        Path accessLog = directory.resolve(launcher.name() + ".access.log");
        Files.deleteIfExists(accessLog);
        String text = fill(workspace, any.config(), ports);
        String config = text.replace("${ACCESS_LOG}", accessLog.toString());
        Files.writeString(file, launcher.delivery().bootstrap(config));
        Path log = directory.resolve(launcher.name() + ".log");
        try {
            return new Rig(
                    upstream,
                    dead,
                    ports,
                    ProxyProcess.start(launcher, file, admin, log),
                    accessLog);
        } catch (IOException e) {
            upstream.close();
            dead.close();
            throw e;
        }
    }

    private static String fill(Workspace workspace, String config, Map<String, String> ports)
            throws IOException {
        StringBuilder filled = new StringBuilder();
        for (String line : Files.readAllLines(workspace.template(config + ".yaml"))) {
            filled.append(
                    line.startsWith(INCLUDE)
                            ? Files.readString(
                                    workspace.template(line.substring(INCLUDE.length()).strip()))
                            : line + "\n");
        }
        String text = filled.toString();
        for (Map.Entry<String, String> port : ports.entrySet()) {
            text = text.replace("${" + port.getKey() + "}", port.getValue());
        }
        return text.replace("${PLUGINS}", workspace.plugins().toString())
                .replace("${POSTERN_PLUGINS}", workspace.posternPlugins().toString());
    }

    RecordingUpstream upstream() {
        return upstream;
    }

    /** Sends the case's request; what the upstream received is asked for later. */
    Client.Exchange send(Case each) throws IOException, InterruptedException {
        if (!proxy.alive()) {
            throw new IOException("the process is gone: an earlier case killed it");
        }
        upstream.begin(each.replies());
        String listener = ports.getOrDefault("LISTENER_PORT", "");
        return client.send(Integer.parseInt(listener), bound(each.request()));
    }

    Path accessLog() {
        return accessLog;
    }

    /** With names in the place of this rig's ports. */
    String withoutPorts(String text) {
        String shown = text;
        for (Map.Entry<String, String> port : ports.entrySet()) {
            shown = shown.replace(port.getValue(), "<" + port.getKey() + ">");
        }
        return shown;
    }

    Normaliser normaliser(Case each, Client.Exchange exchange) {
        Map<String, String> names = new TreeMap<>();
        ports.forEach((name, port) -> names.put(port, name));
        names.put(Integer.toString(exchange.clientPort()), "CLIENT_PORT");
        @Nullable String sentId =
                new Message("", each.request().headers(), Bytes.EMPTY, List.of(), "")
                        .header("x-request-id");
        return new Normaliser(names, sentId == null ? "" : sentId);
    }

    /** The request with this rig's ports in the place of their placeholders. */
    private Request bound(Request request) {
        List<Header> headers = new ArrayList<>();
        for (Header header : request.headers()) {
            headers.add(new Header(header.name(), withPorts(header.value())));
        }
        return new Request(
                request.protocol(),
                request.method(),
                withPorts(request.path()),
                headers,
                request.body(),
                request.trailers(),
                request.raw().stream().map(piece -> Bytes.latin1(withPorts(piece.text()))).toList(),
                request.responses(),
                request.options());
    }

    private String withPorts(String text) {
        String filled = text;
        for (Map.Entry<String, String> port : ports.entrySet()) {
            filled = filled.replace("${" + port.getKey() + "}", port.getValue());
        }
        return BASE64.matcher(filled).replaceAll(found -> base64(found.group(1)));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        upstream.close();
        dead.close();
    }
}
