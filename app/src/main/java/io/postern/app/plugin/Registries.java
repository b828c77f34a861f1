package io.postern.app.plugin;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Flag;
import io.postern.app.cli.UsageException;
import io.postern.xds.oci.Limits;
import io.postern.xds.oci.Puller;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.auth.CredentialSource;
import io.postern.xds.oci.auth.DockerConfig;
import io.postern.xds.oci.cosign.Signatures;
import io.postern.xds.oci.push.Pusher;
import io.postern.xds.oci.registry.Connections;
import io.postern.xds.oci.registry.Endpoints;
import io.postern.xds.oci.registry.EnvironmentProxies;
import io.postern.xds.oci.registry.RegistryClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Registries as the command line has them. Closed after use. */
record Registries(RegistryClient client, Endpoints endpoints, Limits limits)
        implements AutoCloseable {
    private static final Flag PLAIN_HTTP =
            Flag.toggle("Speaks HTTP without TLS with the registry.", "--plain-http");
    private static final Flag CA_FILE =
            Flag.valued("FILE", "CA certificates (PEM) to trust as well.", "--ca-file");
    private static final Flag DOCKER_CONFIG =
            Flag.valued(
                    "DIR",
                    "Directory of docker's config.json (default: $DOCKER_CONFIG, ~/.docker).",
                    "--docker-config");
    private static final Flag MIRROR =
            Flag.valued(
                    "REGISTRY=HOST[/PREFIX]",
                    "A mirror, tried first; http:// before HOST: without TLS. May be repeated.",
                    "--mirror");
    private static final Flag TIMEOUT =
            Flag.valued("SECONDS", "For everything (default: 300).", "--timeout");
    private static final int DEFAULT_SECONDS = 300;
    private static final String PLAIN = "http://";

    static final List<Flag> FLAGS = List.of(PLAIN_HTTP, CA_FILE, DOCKER_CONFIG, MIRROR, TIMEOUT);

    /** For references to the registries of {@code references}. */
    static Registries of(Arguments arguments, List<Reference> references) {
        Set<String> plain = new HashSet<>();
        if (arguments.has(PLAIN_HTTP)) {
            references.forEach(reference -> plain.add(reference.registry()));
        }
        Map<String, List<String>> mirrors = mirrors(arguments, plain);
        Limits limits =
                Limits.ordinary()
                        .within(Duration.ofSeconds(arguments.number(TIMEOUT, 1, DEFAULT_SECONDS)));
        var client =
                new RegistryClient(
                        Connections.client(
                                arguments.path(CA_FILE), EnvironmentProxies.of(System.getenv())),
                        credentials(arguments),
                        limits);
        return new Registries(client, new Endpoints(mirrors, plain), limits);
    }

    private static Map<String, List<String>> mirrors(Arguments arguments, Set<String> plain) {
        var mirrors = new HashMap<String, List<String>>();
        for (String one : arguments.all(MIRROR)) {
            int equals = one.indexOf('=');
            if (equals <= 0 || equals == one.length() - 1) {
                throw new UsageException(
                        "--mirror: '"
                                + one
                                + "' (expected: REGISTRY=HOST, docker.io=mirror.lan:5000)");
            }
            String place = one.substring(equals + 1);
            if (place.startsWith(PLAIN)) {
                place = place.substring(PLAIN.length());
                plain.add(place.split("/", 2)[0]);
            }
            mirrors.computeIfAbsent(one.substring(0, equals), _ -> new ArrayList<>()).add(place);
        }
        return mirrors;
    }

    private static CredentialSource credentials(Arguments arguments) {
        Path directory = arguments.path(DOCKER_CONFIG);
        return directory == null
                ? DockerConfig.ofUser(System.getenv())
                : DockerConfig.file(directory.resolve("config.json"));
    }

    Puller puller() {
        return new Puller(client, endpoints, limits, System::nanoTime);
    }

    Pusher pusher() {
        return new Pusher(client.writer(), endpoints, limits, System::nanoTime);
    }

    Signatures signatures() {
        return new Signatures(client, endpoints, limits.total(), System::nanoTime);
    }

    @Override
    public void close() {
        client.close();
    }
}
