package io.postern.xds.oci.real;

import io.postern.xds.oci.Limits;
import io.postern.xds.oci.PullResult;
import io.postern.xds.oci.Puller;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.Wanted;
import io.postern.xds.oci.auth.CredentialSource;
import io.postern.xds.oci.cosign.Signatures;
import io.postern.xds.oci.push.Pusher;
import io.postern.xds.oci.registry.Connections;
import io.postern.xds.oci.registry.Endpoints;
import io.postern.xds.oci.registry.RegistryClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A registry's process, and our clients of it. Closing ends both. */
record RealRegistry(Process process, String host, RegistryClient client, Endpoints endpoints)
        implements AutoCloseable {
    private static final Limits LIMITS = Limits.ordinary().within(Duration.ofSeconds(30));

    /** go-containerregistry's, in memory. */
    static RealRegistry inMemory(Path program, boolean referrers) throws IOException {
        Process process =
                new ProcessBuilder(program.toString(), "-referrers=" + referrers)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        BufferedReader out = process.inputReader(StandardCharsets.US_ASCII);
        String host = "127.0.0.1:" + out.readLine();
        return of(process, host, CredentialSource.anonymous(), null, true);
    }

    /** Any, that is listening already. */
    static RealRegistry of(
            Process process,
            String host,
            CredentialSource credentials,
            @Nullable Path caFile,
            boolean plain) {
        var client = new RegistryClient(Connections.client(caFile), credentials, LIMITS);
        var endpoints = new Endpoints(Map.of(), plain ? Set.of(host) : Set.of());
        return new RealRegistry(process, host, client, endpoints);
    }

    PullResult pull(String what, Path directory) throws InterruptedException {
        return new Puller(client, endpoints, LIMITS, System::nanoTime)
                .pull(Reference.parse("oci://" + host + "/" + what), Wanted.MODULE, directory);
    }

    Pusher pusher() {
        return new Pusher(client.writer(), endpoints, LIMITS, System::nanoTime);
    }

    Signatures signatures() {
        return new Signatures(client, endpoints, LIMITS.total(), System::nanoTime);
    }

    static List<String> command(Path program, String... words) {
        var command = new ArrayList<String>();
        command.add(program.toString());
        command.addAll(List.of(words));
        return command;
    }

    @Override
    public void close() {
        client.close();
        process.destroy();
    }
}
