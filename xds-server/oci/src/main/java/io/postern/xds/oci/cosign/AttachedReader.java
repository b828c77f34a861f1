package io.postern.xds.oci.cosign;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.xds.oci.ArtifactSource;
import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Json;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Text;
import io.postern.xds.oci.keyless.LoggedSignature;
import io.postern.xds.oci.manifest.Descriptor;
import io.postern.xds.oci.manifest.Manifest;
import io.postern.xds.oci.registry.Deadline;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads what is attached to a manifest, in cosign's formats: bundles (cosign 3), and payloads with
 * their signatures in annotations (cosign before). Confined to one call.
 */
final class AttachedReader {
    private static final int MOST_LAYERS = 64;
    private static final String SIMPLE = "application/vnd.dev.cosign.simplesigning.v1+json";
    private static final String DSSE = "application/vnd.dsse.envelope.v1+json";
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle";
    private static final String CERTIFICATE = "dev.sigstore.cosign/certificate";
    private static final String LOG_ENTRY = "dev.sigstore.cosign/bundle";
    private static final String SIGNATURE = "dev.cosignproject.cosign/signature";

    private final ArtifactSource source;
    private final Deadline deadline;
    private final List<Attached> found = new ArrayList<>();

    AttachedReader(ArtifactSource source, Deadline deadline) {
        this.source = source;
        this.deadline = deadline;
    }

    List<Attached> of(Digest subject) throws InterruptedException {
        for (ArtifactSource.Attachment one : source.attachments(subject, deadline)) {
            read(one.where(), one.manifest());
        }
        return found;
    }

    /** One that is broken must not hide another that is good. */
    private void read(String where, Supplier<Manifest> manifest) throws InterruptedException {
        try {
            if (!(manifest.get() instanceof Manifest.Artifact artifact)) {
                found.add(new Attached.Broken(where, "an index (expected: a manifest)"));
                return;
            }
            List<Descriptor> layers = artifact.layers();
            for (Descriptor layer : layers.subList(0, Math.min(MOST_LAYERS, layers.size()))) {
                found.add(layer(where, artifact, layer));
            }
        } catch (OciException e) {
            found.add(new Attached.Broken(where, e.failure().what()));
        }
    }

    private Attached layer(String where, Manifest.Artifact artifact, Descriptor layer)
            throws InterruptedException {
        String type = layer.mediaType();
        try {
            if (type.equals(SIMPLE)) {
                return new Attached.Simple(where, signature(layer));
            }
            if (type.equals(DSSE)) {
                return new Attached.Enveloped(where, Envelope.read(Json.object(blob(layer))));
            }
            if (type.startsWith(BUNDLE)) {
                return bundle(where, layer);
            }
            String told = artifact.artifactType().isEmpty() ? type : artifact.artifactType();
            return new Attached.Other(where, Text.shown(told), layer.digest());
        } catch (IllegalArgumentException e) {
            return new Attached.Broken(where, Text.shown(String.valueOf(e.getMessage())));
        }
    }

    private LoggedSignature signature(Descriptor layer) throws InterruptedException {
        Map<String, String> said = layer.annotations();
        return new LoggedSignature(
                blob(layer),
                Base64.getDecoder().decode(said.getOrDefault(SIGNATURE, "")),
                said.getOrDefault(CERTIFICATE, ""),
                said.getOrDefault(LOG_ENTRY, ""));
    }

    private Attached bundle(String where, Descriptor layer) throws InterruptedException {
        byte[] octets = blob(layer);
        JsonNode bundle = Json.object(octets);
        JsonNode material = bundle.path("verificationMaterial");
        Optional<Envelope> envelope =
                bundle.has("dsseEnvelope")
                        ? Optional.of(Envelope.read(bundle.path("dsseEnvelope")))
                        : Optional.empty();
        if (material.has("certificate") || material.has("x509CertificateChain")) {
            return new Attached.Keyless(where, octets, envelope);
        }
        return envelope.isPresent()
                ? new Attached.Enveloped(where, envelope.get())
                : new Attached.Other(where, "a bundle without an envelope", layer.digest());
    }

    private byte[] blob(Descriptor layer) throws InterruptedException {
        return source.smallBlob(layer, deadline);
    }
}
