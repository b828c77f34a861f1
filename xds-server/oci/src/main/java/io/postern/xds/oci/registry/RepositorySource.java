package io.postern.xds.oci.registry;

import io.postern.xds.oci.ArtifactSource;
import io.postern.xds.oci.Digest;
import io.postern.xds.oci.manifest.Descriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A repository of a registry, or of its mirror. Thread-safe: immutable. */
public record RepositorySource(RegistryClient client, Endpoint endpoint, String repository)
        implements ArtifactSource {
    @Override
    public Document manifest(String target, Deadline deadline) throws InterruptedException {
        RegistryClient.Fetched fetched = client.manifest(endpoint, repository, target, deadline);
        return new Document(fetched.digest(), fetched.read());
    }

    @Override
    public void blob(Descriptor blob, Path into, Deadline deadline) throws InterruptedException {
        client.blob(endpoint, repository, blob, into, deadline);
    }

    @Override
    public byte[] smallBlob(Descriptor blob, Deadline deadline) throws InterruptedException {
        return client.smallBlob(endpoint, repository, blob, deadline);
    }

    @Override
    public List<Attachment> attachments(Digest subject, Deadline deadline)
            throws InterruptedException {
        var all = new ArrayList<Attachment>();
        for (String suffix : Attachment.TAG_SUFFIXES) {
            String tag = subject.tag(suffix);
            client.optional(endpoint, repository, tag, deadline)
                    .ifPresent(one -> all.add(Attachment.tagged(tag, one::read)));
        }
        List<Descriptor> referrers = client.referrers(endpoint, repository, subject, deadline);
        for (Descriptor one :
                referrers.subList(0, Math.min(Attachment.MOST_REFERRERS, referrers.size()))) {
            client.optional(endpoint, repository, one.digest().toString(), deadline)
                    .ifPresent(found -> all.add(Attachment.referring(one.digest(), found::read)));
        }
        return all;
    }
}
