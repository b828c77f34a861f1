package io.postern.app.controlplane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.app.cli.Command;
import io.postern.app.cli.Program;
import io.postern.app.plugin.PluginCommand;
import io.postern.xds.testkit.ServedRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * Docker's registry with TLS of a private CA and a password, and {@code postern plugin push} to it.
 * Closing ends it.
 */
final class PluginRegistry implements AutoCloseable {
    private static final String SECRET =
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: registry}
            type: kubernetes.io/dockerconfigjson
            data: {.dockerconfigjson: DATA}
            """;

    private final Path folder;
    private final ServedRegistry served;

    private PluginRegistry(Path folder, ServedRegistry served) {
        this.folder = folder;
        this.served = served;
    }

    /** The test is left out where Docker's registry cannot be had. */
    static PluginRegistry start(Path folder) throws IOException, InterruptedException {
        var registry = new PluginRegistry(folder, ServedRegistry.docker(folder));
        Files.createDirectories(registry.dockerConfig());
        Files.writeString(registry.dockerConfig().resolve("config.json"), registry.login());
        return registry;
    }

    private String login() {
        return served.dockerConfig(ServedRegistry.USER, ServedRegistry.PASSWORD);
    }

    /** A folder with docker's {@code config.json}. */
    Path dockerConfig() {
        return folder.resolve("docker");
    }

    /** Who signed its certificate. */
    Path caFile() {
        return ServedRegistry.caFile(folder);
    }

    /** {@code 127.0.0.1:PORT}. */
    String host() {
        return served.host();
    }

    /** A Secret {@code registry} that lets pull. */
    String secret() {
        return SECRET.replace("DATA", Base64.getEncoder().encodeToString(login().getBytes(UTF_8)));
    }

    /** What a server has to know of it, with a look at its tags ten times a second. */
    Plugins.Registries registries() {
        return new Plugins.Registries(
                Set.of(), caFile(), Duration.ofSeconds(20), Duration.ofMillis(100));
    }

    /**
     * {@code postern plugin push}, also of what cannot be used.
     *
     * @param name repository and tag
     * @return its URL
     */
    String push(Path module, String name) throws InterruptedException {
        String url = "oci://" + host() + "/" + name;
        var program = new Program("postern", "", () -> "", List.<Command>of(new PluginCommand()));
        var printed = new StringWriter();
        var out = new PrintWriter(printed, true);
        var words =
                List.of(
                        "plugin",
                        "push",
                        "" + module,
                        url,
                        "--force",
                        "--docker-config",
                        "" + dockerConfig(),
                        "--ca-file",
                        "" + caFile());
        assertThat(program.run(words, out, out)).as("%s", printed).isZero();
        return url;
    }

    @Override
    public void close() {
        served.close();
    }
}
