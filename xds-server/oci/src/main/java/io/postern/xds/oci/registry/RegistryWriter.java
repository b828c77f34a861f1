package io.postern.xds.oci.registry;

import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Limits;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.Text;
import io.postern.xds.oci.manifest.Descriptor;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;

/**
 * Sends blobs and manifests (OCI distribution specification 1.1, "Push"). Thread-safe; blocks:
 * control threads only.
 */
public final class RegistryWriter {
    private final Session session;
    private final Limits limits;

    RegistryWriter(Session session, Limits limits) {
        this.session = session;
        this.limits = limits;
    }

    /** Sends a blob, unless it is there. */
    public void upload(
            Endpoint endpoint,
            String repository,
            Descriptor part,
            byte[] content,
            Deadline deadline)
            throws InterruptedException {
        Duration patience = session.patience(part.size());
        URI there = endpoint.at(repository, "/blobs/" + part.digest());
        Call head = session.call("HEAD", there, null, patience);
        if (session.authorized(endpoint, repository, Session.PUSH, head, deadline).good()) {
            return;
        }
        URI place = place(endpoint, repository, deadline);
        String separator = place.getRawQuery() == null ? "?" : "&";
        Call put =
                session.call(
                                "PUT",
                                URI.create(place + separator + "digest=" + part.digest()),
                                () -> HttpRequest.BodyPublishers.ofByteArray(content),
                                patience)
                        .with("content-type", "application/octet-stream");
        // a place on another host gets no credentials of ours: it has its own in the URL
        Call.Answer done =
                Transport.sameOrigin(endpoint.base(), place)
                        ? session.authorized(endpoint, repository, Session.PUSH, put, deadline)
                        : session.transport().send(put, deadline);
        if (!done.good()) {
            throw Failures.status(Step.PUSH, "blob " + part.digest(), done);
        }
    }

    private URI place(Endpoint endpoint, String repository, Deadline deadline)
            throws InterruptedException {
        URI start = endpoint.at(repository, "/blobs/uploads/");
        Call post =
                session.call("POST", start, HttpRequest.BodyPublishers::noBody, limits.answer());
        Call.Answer started =
                session.authorized(endpoint, repository, Session.PUSH, post, deadline);
        String location = started.header("location");
        if (!started.good()) {
            throw Failures.status(Step.PUSH, endpoint.host() + " takes no upload", started);
        }
        try {
            URI place = start.resolve(location);
            boolean safe = endpoint.plain() || "https".equals(place.getScheme());
            if (!location.isEmpty() && place.getHost() != null && safe) {
                Transport.checkTarget(place);
                return place;
            }
        } catch (IllegalArgumentException _) {
            // refused below
        }
        throw new OciException(
                Step.PUSH,
                endpoint.host() + " wants the upload at '" + Text.shown(location) + "'",
                "expected: a URL, over TLS as the registry itself");
    }

    /** Sends a manifest, under a tag or its digest. */
    public void put(
            Endpoint endpoint,
            String repository,
            String target,
            String mediaType,
            byte[] manifest,
            Deadline deadline)
            throws InterruptedException {
        Call call =
                session.call(
                                "PUT",
                                endpoint.at(repository, "/manifests/" + target),
                                () -> HttpRequest.BodyPublishers.ofByteArray(manifest),
                                limits.answer())
                        .with("content-type", mediaType);
        Call.Answer answer = session.authorized(endpoint, repository, Session.PUSH, call, deadline);
        if (!answer.good()) {
            throw Failures.status(Step.PUSH, "manifest " + target, answer);
        }
        String stored = answer.header("docker-content-digest");
        if (Digest.find(stored)
                .filter(one -> !one.algorithm().of(manifest).equals(one))
                .isPresent()) {
            throw new OciException(
                    Step.DIGEST,
                    "the registry keeps the manifest as " + Text.shown(stored),
                    "expected: " + Digest.of(manifest));
        }
    }
}
