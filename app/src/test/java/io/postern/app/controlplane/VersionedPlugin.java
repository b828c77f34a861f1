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

    private static final String EDGE =
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              gatewayClassName: postern
              listeners: [{name: http, port: PORT, protocol: HTTP}]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: all}
            spec:
              parentRefs: [{name: edge}]
              rules:
              - backendRefs: [{group: postern.io, kind: Backend, name: echo}]
            ---
            apiVersion: postern.io/v1alpha1
            kind: Backend
            metadata: {name: echo}
            spec: {endpoints: [{address: 127.0.0.1, port: ECHO}]}
            """;
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
        String edge = EDGE.replace("PORT", "" + served.port());
        served.write("edge.yaml", edge.replace("ECHO", "" + echo.port()));
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
