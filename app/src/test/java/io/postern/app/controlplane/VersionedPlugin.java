package io.postern.app.controlplane;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A plugin of which versions come and go on a route to an upstream that tells which of them saw the
 * request. What a version does is the first letter of its configuration ({@code versions.wat}).
 * Closing ends the upstream.
 */
final class VersionedPlugin implements AutoCloseable {
    static final Path MODULE = Path.of("src/test/resources/plugins/versions.wasm");

    private static final String PLUGIN =
            """
            apiVersion: postern.io/v1alpha1
            kind: WasmPlugin
            metadata: {name: versions}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]
              url: "URL"
              config: CONFIG
            """;

    private final Served served;
    private final VersionEcho echo = new VersionEcho();

    /** The route is written, the plugin is not. */
    VersionedPlugin(Served served) throws IOException {
        this.served = served;
        served.write("edge.yaml", served.forwarding(echo.port()));
    }

    /**
     * Writes its document.
     *
     * @param more of its fields: {@code pullSecret: registry}
     */
    void write(String url, String config, String... more) throws IOException {
        var document = new StringBuilder(PLUGIN.replace("URL", url).replace("CONFIG", config));
        for (String field : more) {
            document.append("  ").append(field).append('\n');
        }
        served.write("plugin.yaml", document.toString());
    }

    @Override
    public void close() {
        echo.close();
    }
}
