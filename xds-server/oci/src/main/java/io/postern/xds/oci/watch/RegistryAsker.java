package io.postern.xds.oci.watch;

import io.postern.xds.oci.Limits;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.registry.Deadline;
import io.postern.xds.oci.registry.Endpoint;
import io.postern.xds.oci.registry.Endpoints;
import io.postern.xds.oci.registry.RegistryClient;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Asks the mirrors and the registry for a tag's manifest, with the etag of the last answer.
 * Thread-safe; blocks: control threads only.
 */
public record RegistryAsker(
        RegistryClient client, Endpoints endpoints, Limits limits, LongSupplier clock)
        implements TagWatch.Asker {
    @Override
    public Optional<TagWatch.Answer> ask(Reference tag, String etag) throws InterruptedException {
        Deadline deadline = Deadline.in(limits.answer(), clock);
        List<Endpoint> all = endpoints.of(tag);
        // an etag is the word of one endpoint: with mirrors another may answer next time
        String known = all.size() == 1 ? etag : "";
        for (Endpoint endpoint : all) {
            try {
                return client.manifest(endpoint, tag.repository(), tag.target(), known, deadline)
                        .map(fetched -> new TagWatch.Answer(fetched.digest(), fetched.etag()));
            } catch (OciException e) {
                if (endpoint.equals(all.getLast())) {
                    throw e;
                }
            }
        }
        throw new IllegalStateException("bug: no endpoint for " + tag);
    }
}
