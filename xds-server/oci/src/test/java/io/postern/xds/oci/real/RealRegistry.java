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
import io.postern.xds.testkit.ServedRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A registry, and our clients of it. Closing ends both. */
record RealRegistry(ServedRegistry served, RegistryClient client, Endpoints endpoints)
        implements AutoCloseable {
    private static final Limits LIMITS = Limits.ordinary().within(Duration.ofSeconds(30));

    /** go-containerregistry's, in memory. */
    static RealRegistry inMemory(boolean referrers) throws IOException, InterruptedException {
        return of(ServedRegistry.inMemory(referrers), CredentialSource.anonymous(), null, true);
    }

    static RealRegistry of(
            ServedRegistry served,
            CredentialSource credentials,
            @Nullable Path caFile,
            boolean plain) {
        var client = new RegistryClient(Connections.client(caFile), credentials, LIMITS);
        var endpoints = new Endpoints(Map.of(), plain ? Set.of(served.host()) : Set.of());
        return new RealRegistry(served, client, endpoints);
    }

    String host() {
        return served.host();
    }

    PullResult pull(String what, Path directory) throws InterruptedException {
        return pull(what, Wanted.MODULE, directory);
    }

    PullResult pull(String what, Wanted wanted, Path directory) throws InterruptedException {
        return new Puller(client, endpoints, LIMITS, System::nanoTime)
                .pull(Reference.parse("oci://" + host() + "/" + what), wanted, directory);
    }

    Pusher pusher() {
        return new Pusher(client.writer(), endpoints, LIMITS, System::nanoTime);
    }

    Signatures signatures() {
        return new Signatures(client, endpoints, LIMITS.total(), System::nanoTime);
    }

    @Override
    public void close() {
        client.close();
        served.close();
    }
}
