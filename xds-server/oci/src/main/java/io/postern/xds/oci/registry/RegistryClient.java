package io.postern.xds.oci.registry;

import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Limits;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.Text;
import io.postern.xds.oci.auth.CredentialSource;
import io.postern.xds.oci.manifest.Descriptor;
import io.postern.xds.oci.manifest.Manifest;
import io.postern.xds.oci.manifest.ManifestReader;
import io.postern.xds.oci.manifest.MediaTypes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The registry's API (OCI distribution specification 1.1) at one endpoint after the other. All that
 * it returns was compared with its digest. Thread-safe; blocks: control threads only.
 */
public final class RegistryClient implements AutoCloseable {
    private static final int NOT_MODIFIED = 304;
    private static final int NOT_FOUND = 404;

    private final Session session;
    private final Limits limits;

    public RegistryClient(HttpClient client, CredentialSource credentials, Limits limits) {
        this(client, credentials, limits, Thread::sleep);
    }

    /**
     * @param pause waits between tries
     */
    public RegistryClient(
            HttpClient client, CredentialSource credentials, Limits limits, Pause pause) {
        var transport = new Transport(client, pause);
        this.session = new Session(transport, new Tokens(transport, credentials), limits);
        this.limits = limits;
    }

    /** For what is sent, with the same credentials. */
    public RegistryWriter writer() {
        return new RegistryWriter(session, limits);
    }

    /** Waits. */
    @FunctionalInterface
    public interface Pause {
        /** For so long. */
        void last(Duration time) throws InterruptedException;
    }

    /**
     * A manifest as it came.
     *
     * @param digest of its octets
     * @param etag as the registry told; empty: it did not
     */
    public record Fetched(Digest digest, String contentType, byte[] octets, String etag) {
        /**
         * What it says.
         *
         * @throws OciException when it is none
         */
        public Manifest read() {
            try {
                return ManifestReader.read(octets, contentType);
            } catch (IllegalArgumentException e) {
                boolean page = Failures.isHtml(octets);
                throw new OciException(
                        Step.MANIFEST,
                        page
                                ? "the registry answers with a page of HTML, not with a manifest"
                                : "the manifest is " + e.getMessage(),
                        page
                                ? "check host and port; is a login page or a proxy in front of it?"
                                : "push the artifact again with a current tool",
                        e);
            }
        }
    }

    /** The manifest of a tag or digest; nothing there is an error. */
    public Fetched manifest(Endpoint endpoint, String repository, String target, Deadline deadline)
            throws InterruptedException {
        return manifest(endpoint, repository, target, "", deadline)
                .orElseThrow(() -> new IllegalStateException("bug: unconditional, yet unchanged"));
    }

    /** The same, unless it still has {@code etag}: then nothing. */
    public Optional<Fetched> manifest(
            Endpoint endpoint, String repository, String target, String etag, Deadline deadline)
            throws InterruptedException {
        Call call = session.get(endpoint.at(repository, "/manifests/" + target));
        call = call.with("accept", MediaTypes.accepted());
        Call.Answer answer =
                session.authorized(
                        endpoint,
                        repository,
                        Session.PULL,
                        etag.isEmpty() ? call : call.with("if-none-match", etag),
                        deadline);
        if (answer.status() == NOT_MODIFIED && !etag.isEmpty()) {
            return Optional.empty();
        }
        if (!answer.good()) {
            throw Failures.status(
                    Step.RESOLVE, endpoint.host() + "/" + repository + " " + target, answer);
        }
        return Optional.of(checked(target, answer));
    }

    private static Fetched checked(String target, Call.Answer answer) {
        byte[] octets = octets(answer);
        String announced = answer.header("docker-content-digest");
        // as it was asked for, else as the registry calls it
        Digest.Algorithm algorithm =
                Digest.find(target)
                        .or(() -> Digest.find(announced))
                        .map(Digest::algorithm)
                        .orElse(Digest.Algorithm.SHA256);
        Digest digest = algorithm.of(octets);
        boolean other =
                Digest.find(announced)
                        .filter(told -> !told.algorithm().of(octets).equals(told))
                        .isPresent();
        boolean wrong = Digest.find(target).filter(asked -> !asked.equals(digest)).isPresent();
        if (wrong || (other && !Failures.isHtml(octets))) {
            throw new OciException(
                    Step.DIGEST,
                    "the manifest of "
                            + (wrong ? target : Text.shown(announced))
                            + " has the digest "
                            + digest,
                    "the registry or a proxy in front of it is broken, or it lies");
        }
        return new Fetched(digest, answer.header("content-type"), octets, answer.header("etag"));
    }

    /** Downloads a blob into a file; on any failure the file's content is worth nothing. */
    public void blob(
            Endpoint endpoint, String repository, Descriptor blob, Path into, Deadline deadline)
            throws InterruptedException {
        if (blob.size() > limits.layerBytes()) {
            throw new OciException(
                    Step.BLOB,
                    "layer " + blob.digest() + " has " + blob.size() + " bytes",
                    "expected: at most " + limits.layerBytes());
        }
        Call call =
                new Call(
                        "GET",
                        endpoint.at(repository, "/blobs/" + blob.digest()),
                        Map.of("user-agent", Session.AGENT),
                        null,
                        () -> opened(into),
                        blob.size(),
                        session.patience(blob.size()));
        Call.Answer answer = session.authorized(endpoint, repository, Session.PULL, call, deadline);
        if (!answer.good()) {
            throw Failures.status(Step.BLOB, "layer " + blob.digest(), answer);
        }
        check(blob, answer.bytes(), digest(blob.digest().algorithm(), into));
    }

    /** A small blob, in memory. */
    public byte[] smallBlob(
            Endpoint endpoint, String repository, Descriptor blob, Deadline deadline)
            throws InterruptedException {
        if (blob.size() > limits.manifestBytes()) {
            throw new OciException(
                    Step.BLOB,
                    "blob " + blob.digest() + " has " + blob.size() + " bytes",
                    "expected: at most " + limits.manifestBytes());
        }
        Call call = session.get(endpoint.at(repository, "/blobs/" + blob.digest()));
        Call.Answer answer = session.authorized(endpoint, repository, Session.PULL, call, deadline);
        if (!answer.good()) {
            throw Failures.status(Step.BLOB, "blob " + blob.digest(), answer);
        }
        byte[] octets = octets(answer);
        check(blob, octets.length, blob.digest().algorithm().of(octets));
        return octets;
    }

    private static void check(Descriptor blob, long bytes, Digest digest) {
        if (bytes != blob.size() || !digest.equals(blob.digest())) {
            throw new OciException(
                    Step.DIGEST,
                    "layer "
                            + blob.digest()
                            + " of "
                            + blob.size()
                            + " bytes came as "
                            + digest
                            + " of "
                            + bytes,
                    "the registry or a proxy in front of it is broken, or it lies");
        }
    }

    /**
     * What refers to a manifest: by the API, or where it is missing by the tag that stands for it.
     */
    public List<Descriptor> referrers(
            Endpoint endpoint, String repository, Digest subject, Deadline deadline)
            throws InterruptedException {
        Call call =
                session.get(endpoint.at(repository, "/referrers/" + subject))
                        .with("accept", MediaTypes.INDEX);
        Call.Answer answer = session.authorized(endpoint, repository, Session.PULL, call, deadline);
        boolean index = answer.header("content-type").startsWith(MediaTypes.INDEX);
        if (answer.good() && index) {
            return entries(new Fetched(subject, MediaTypes.INDEX, octets(answer), ""));
        }
        return optional(endpoint, repository, subject.tag(""), deadline)
                .map(RegistryClient::entries)
                .orElse(List.of());
    }

    private static List<Descriptor> entries(Fetched fetched) {
        return fetched.read() instanceof Manifest.Index index ? index.manifests() : List.of();
    }

    /** The manifest of a tag, if there is one. */
    public Optional<Fetched> optional(
            Endpoint endpoint, String repository, String target, Deadline deadline)
            throws InterruptedException {
        Call call = session.get(endpoint.at(repository, "/manifests/" + target));
        Call.Answer answer =
                session.authorized(
                        endpoint,
                        repository,
                        Session.PULL,
                        call.with("accept", MediaTypes.accepted()),
                        deadline);
        if (answer.status() == NOT_FOUND) {
            return Optional.empty();
        }
        if (!answer.good()) {
            throw Failures.status(
                    Step.RESOLVE, endpoint.host() + "/" + repository + " " + target, answer);
        }
        return Optional.of(checked(target, answer));
    }

    private static byte[] octets(Call.Answer answer) {
        return ((ByteArrayOutputStream) answer.stream()).toByteArray();
    }

    private static OutputStream opened(Path into) {
        try {
            return Files.newOutputStream(into);
        } catch (IOException e) {
            throw new OciException(
                    Step.STORE, into + " cannot be written: " + e.getMessage(), "", e);
        }
    }

    private static Digest digest(Digest.Algorithm algorithm, Path file) {
        try {
            return algorithm.of(file);
        } catch (IOException e) {
            throw new OciException(Step.STORE, file + " cannot be read: " + e.getMessage(), "", e);
        }
    }

    @Override
    public void close() {
        session.transport().close();
    }
}
