package io.postern.app.demo;

import io.postern.app.Log;
import io.postern.app.controlplane.AllInOne;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The demo with a control plane: the services, and a gateway that follows a copy of {@code
 * config/examples/demo} with its plugins in an OCI layout. Control thread.
 *
 * @param documents the copy, which is there to be edited
 * @param port of the gateway
 */
record ServedDemo(List<DemoUpstream> upstreams, AllInOne all, Path documents, int port)
        implements AutoCloseable {
    private static final Path EXAMPLES = Path.of("config", "examples", "demo");
    private static final int WORKERS = 2;

    /**
     * Starts it.
     *
     * @param root of the checkout
     * @param folder empty, for the copy and for what the server has to remember
     * @param upstreams already listening; closed with the demo
     * @param port for the gateway
     */
    static ServedDemo start(Path root, Path folder, List<DemoUpstream> upstreams, int port, Log log)
            throws IOException {
        Path documents = folder.resolve("documents");
        copy(root.resolve(EXAMPLES), documents);
        Path gateway = documents.resolve("gateway.yaml");
        Files.writeString(
                gateway,
                Files.readString(gateway)
                        .replace("port: 10000", "port: " + port)
                        .replace("port: 10001", "port: " + upstreams.getFirst().port())
                        .replace("port: 10002", "port: " + upstreams.getLast().port()));
        var all = AllInOne.start(documents, folder.resolve("state"), WORKERS, log);
        return new ServedDemo(upstreams, all, documents, port);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    /** Where the gateway listens, as a URL. */
    String gateway() {
        return "http://127.0.0.1:" + port;
    }

    /** What can be tried, with lines that work as they are. */
    String whatToTry() {
        var text = new StringBuilder("\nPostern listens on ").append(gateway());
        text.append(" and serves the documents in ").append(documents).append(".\n\n");
        DemoStep.all().forEach(step -> step.tell(gateway(), text));
        for (DemoEdit edit : DemoEdit.all()) {
            text.append(edit.title()).append("\n  ").append(edit.shell(documents));
            text.append("\n  ").append(edit.request().curl(gateway())).append('\n');
        }
        return text.append("\nCtrl-C drains and stops.\n").toString();
    }

    @Override
    public void close() throws IOException {
        all.close();
        upstreams.forEach(DemoUpstream::close);
    }
}
