package io.postern.xds.oci.push;

import io.postern.xds.oci.Limits;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.OciFailure;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.manifest.MediaTypes;
import io.postern.xds.oci.registry.Deadline;
import io.postern.xds.oci.registry.Endpoint;
import io.postern.xds.oci.registry.Endpoints;
import io.postern.xds.oci.registry.RegistryWriter;
import java.util.function.LongSupplier;

/**
 * Sends artifacts: blobs first, so that nobody ever sees a manifest without them. Thread-safe;
 * blocks: control threads only.
 */
public record Pusher(
        RegistryWriter writer, Endpoints endpoints, Limits limits, LongSupplier clock) {
    /** The end of a push. */
    public sealed interface Result {
        /** It is there, under this digest. */
        record Done(Reference reference) implements Result {}

        /** It is not. */
        record Failed(OciFailure failure) implements Result {}
    }

    /** Sends it to the registry itself, never to a mirror. */
    public Result push(Reference reference, Artifact artifact) throws InterruptedException {
        Deadline deadline = Deadline.in(limits.total(), clock);
        try {
            if (reference.digest() != null && !reference.digest().equals(artifact.digest())) {
                throw new OciException(
                        Step.REFERENCE,
                        "the artifact has the digest " + artifact.digest(),
                        "push to a tag");
            }
            Endpoint endpoint = endpoints.origin(reference);
            for (Artifact.Blob blob : artifact.blobs()) {
                writer.upload(
                        endpoint,
                        reference.repository(),
                        blob.descriptor(),
                        blob.content(),
                        deadline);
            }
            writer.put(
                    endpoint,
                    reference.repository(),
                    reference.target(),
                    MediaTypes.MANIFEST,
                    artifact.manifest(),
                    deadline);
            return new Result.Done(reference.at(artifact.digest()));
        } catch (OciException e) {
            return new Result.Failed(e.failure().of(reference.name()));
        }
    }
}
