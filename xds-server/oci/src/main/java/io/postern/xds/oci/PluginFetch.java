package io.postern.xds.oci;

import io.postern.xds.oci.cosign.Attestation;
import io.postern.xds.oci.cosign.SignatureReport;
import io.postern.xds.oci.cosign.Signatures;
import io.postern.xds.oci.registry.RegistryClient;
import io.postern.xds.oci.store.Kept;
import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource.Code;
import io.postern.xds.resources.PluginSource.Failed;
import io.postern.xds.resources.PluginSource.Fetched;
import io.postern.xds.resources.PluginSource.Stale;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/**
 * One fetch of {@link OciPlugins}: from the store, from a registry, or what its tag stood for
 * before. Confined to one control thread; blocks.
 */
final class PluginFetch {
    private final Reference reference;
    private final DocumentTrust trust;
    private final PluginReference wanted;
    private final String name;
    private final OciPlugins plugins;

    private PluginFetch(
            Reference reference, DocumentTrust trust, PluginReference wanted, OciPlugins plugins) {
        this.reference = reference;
        this.trust = trust;
        this.wanted = wanted;
        this.name = name(reference, wanted);
        this.plugins = plugins;
    }

    /**
     * Of what a document asks for.
     *
     * @throws OciException when that is not understood
     */
    static PluginFetch of(PluginReference wanted, OciPlugins plugins) {
        return new PluginFetch(
                Reference.parse(wanted.url()), DocumentTrust.of(wanted.trust()), wanted, plugins);
    }

    /** Pulls it, or takes what is there. */
    Fetched run() throws InterruptedException {
        Optional<Kept> known =
                plugins.store().find(name).filter(kept -> trust.accepts(kept.signers()));
        if (reference.digest() != null && known.isPresent()) {
            Optional<Code> code = code(known.get());
            if (code.isPresent()) {
                return code.get();
            }
        }
        OciFailure failure;
        try {
            return pulled();
        } catch (OciException e) {
            failure = e.failure();
        }
        Optional<Code> older = mayFallBack(failure) ? known.flatMap(this::code) : Optional.empty();
        older.ifPresent(_ ->
                plugins.warnings()
                        .accept(
                                reference
                                        + ": "
                                        + failure.message()
                                        + "; the version of "
                                        + known.orElseThrow().pulled()
                                        + " stays in use"));
        Failed why = OciPlugins.failed(failure);
        return older.isPresent() ? new Stale(older.get(), why) : why;
    }

    /**
     * Not when the reference or the signature is wrong, and not when the registry refuses us: what
     * is in the store was pulled with rights that we no longer have.
     */
    private boolean mayFallBack(OciFailure failure) {
        return switch (failure.step()) {
            case CONNECT, RESOLVE, MANIFEST, BLOB, DIGEST, EXTRACT, STORE -> true;
            case REFERENCE, AUTH, SIGNATURE, PUSH -> false;
        };
    }

    private Fetched pulled() throws InterruptedException {
        var client =
                new RegistryClient(
                        plugins.http(), plugins.credentials(wanted, reference), plugins.limits());
        PullResult result =
                new Puller(client, plugins.endpoints(), plugins.limits(), System::nanoTime)
                        .pull(reference, Wanted.of(wanted), plugins.store().incoming());
        Pulled pulled =
                switch (result) {
                    case PullResult.Done done -> done.pulled();
                    case PullResult.Failed failed -> throw new OciException(failed.failure());
                };
        try {
            var signatures =
                    new Signatures(
                            client,
                            plugins.endpoints(),
                            plugins.limits().total(),
                            System::nanoTime);
            SignatureReport report =
                    trust.judge(
                            reference.name(),
                            signers -> signatures.of(pulled, signers),
                            plugins.warnings());
            checkDigest(pulled.root(), pulled.artifact(), pulled.module());
            var kept =
                    new Kept(
                            name,
                            pulled.root(),
                            pulled.artifact(),
                            pulled.module(),
                            report.by(),
                            report.attestations().stream().map(PluginFetch::said).toList(),
                            plugins.clock().instant());
            plugins.store().keep(pulled.file(), kept);
            return code(kept)
                    .orElseThrow(() ->
                            new OciException(
                                    Step.STORE,
                                    "the store does not give back " + pulled.module(),
                                    "check the disk"));
        } finally {
            delete(pulled);
        }
    }

    private static String said(Attestation one) {
        String by = one.signed() ? ", signed by " + one.by() : ", not verified";
        return one.type() + " (" + one.where() + by + ")";
    }

    /** The digest in the document is the manifest's, as in Istio, or the module's own. */
    private void checkDigest(Digest root, Digest artifact, Digest content) {
        String told = wanted.sha256();
        boolean fits =
                told.isEmpty()
                        || told.equals(root.hex())
                        || told.equals(artifact.hex())
                        || told.equals(content.hex());
        if (!fits) {
            throw new OciException(
                    Step.DIGEST,
                    reference.name() + " is " + root + ", its content " + content,
                    "expected: sha256 " + Text.shown(told));
        }
    }

    private Optional<Code> code(Kept kept) {
        try {
            checkDigest(kept.root(), kept.artifact(), kept.content());
        } catch (OciException _) {
            return Optional.empty();
        }
        List<String> names =
                List.of(kept.content().hex(), kept.artifact().hex(), kept.root().hex());
        return plugins.store()
                .read(kept.content())
                .map(octets ->
                        new Code(
                                kept.content().hex(), octets, names, trust.remark(kept.signers())));
    }

    private void delete(Pulled pulled) {
        try {
            Files.deleteIfExists(pulled.file());
        } catch (IOException _) {
            // the sweep removes it
        }
    }

    /** What the store calls it: one artifact may be asked for as a plugin and as a policy. */
    static String name(Reference reference, PluginReference wanted) {
        String policy = wanted.kind() == PluginReference.Kind.POLICY ? " as a policy" : "";
        return reference + policy + " for " + who(wanted);
    }

    /** Whose rights were used, without saying them: others do not get what was pulled with them. */
    private static String who(PluginReference wanted) {
        PluginReference.Credentials told = wanted.credentials();
        if (told == null) {
            return "everybody";
        }
        String all = told.dockerConfigJson() + "\n" + told.username() + "\n" + told.password();
        return Digest.of(all.getBytes(StandardCharsets.UTF_8)).brief();
    }
}
