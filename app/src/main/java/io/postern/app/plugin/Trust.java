package io.postern.app.plugin;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Flag;
import io.postern.app.cli.UsageException;
import io.postern.xds.oci.DocumentTrust.Search;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.OciFailure;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.cosign.SignaturePolicy;
import io.postern.xds.oci.cosign.SignatureReport;
import io.postern.xds.oci.cosign.TrustedSigners;
import io.postern.xds.oci.cosign.VerificationKey;
import io.postern.xds.oci.keyless.KeylessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whose signature counts, and what happens without one: as the command line has it. */
record Trust(TrustedSigners signers, SignaturePolicy policy) {
    private static final Flag KEY =
            Flag.valued(
                    "FILE",
                    "Public key (cosign.pub) that must have signed. May be repeated.",
                    "--key");
    private static final Flag POLICY =
            Flag.valued(
                    "POLICY",
                    "required, warn or off (default: required with --key, off without).",
                    "--signatures");

    private static final Flag IDENTITY =
            Flag.valued(
                    "SUBJECT",
                    "Who may have signed without a key: an e-mail address or a URI.",
                    "--certificate-identity");
    private static final Flag ISSUER =
            Flag.valued("URL", "Who knew that identity.", "--certificate-oidc-issuer");
    private static final Flag ROOT =
            Flag.valued(
                    "FILE",
                    "Whose certificates and logs count for identities (trusted_root.json).",
                    "--trusted-root");

    static final List<Flag> FLAGS = List.of(KEY, POLICY, IDENTITY, ISSUER, ROOT);

    /** What was found out. */
    record Verdict(SignaturePolicy policy, SignatureReport report, String problem) {
        boolean usable() {
            return problem.isEmpty() || policy != SignaturePolicy.REQUIRED;
        }

        /** For people. */
        String line() {
            if (policy == SignaturePolicy.OFF) {
                return "not checked";
            }
            return problem.isEmpty()
                    ? "good: "
                            + String.join(", ", report.signed())
                            + ", by "
                            + String.join(", ", report.by())
                    : policy.name().toLowerCase(Locale.ROOT) + ": " + problem;
        }
    }

    static Trust of(Arguments arguments) throws IOException {
        var keys = new ArrayList<VerificationKey>();
        for (String file : arguments.all(KEY)) {
            try {
                keys.addAll(VerificationKey.parse(Files.readString(Path.of(file))));
            } catch (IllegalArgumentException e) {
                throw new IOException(
                        file + ": " + e.getMessage() + " (expected: a public key in PEM)", e);
            }
        }
        var signers = new TrustedSigners(keys, identities(arguments));
        SignaturePolicy policy =
                arguments.choice(
                        POLICY, signers.isEmpty() ? SignaturePolicy.OFF : SignaturePolicy.REQUIRED);
        if (signers.isEmpty() && policy != SignaturePolicy.OFF) {
            throw new UsageException(
                    "--signatures: whose? (expected: --key FILE, or --certificate-identity)");
        }
        return new Trust(signers, policy);
    }

    private static List<KeylessIdentity> identities(Arguments arguments) throws IOException {
        String identity = arguments.get(IDENTITY);
        String issuer = arguments.get(ISSUER);
        Path root = arguments.path(ROOT);
        if (identity == null && issuer == null && root == null) {
            return List.of();
        }
        if (identity == null || issuer == null || root == null) {
            throw new UsageException(
                    "a keyless signature (expected: all of --certificate-identity,"
                            + " --certificate-oidc-issuer and --trusted-root)");
        }
        try {
            return List.of(KeylessIdentity.of(identity, issuer, Files.readString(root)));
        } catch (IllegalArgumentException e) {
            throw new IOException(root + ": " + e.getMessage(), e);
        }
    }

    /** Looks the signatures up; only a registry that does not answer is told as a failure of it. */
    Verdict of(Search search) throws InterruptedException {
        try {
            SignatureReport report = search.of(signers);
            boolean asked = policy != SignaturePolicy.OFF;
            return new Verdict(policy, report, asked && !report.verified() ? report.problem() : "");
        } catch (OciException e) {
            return new Verdict(policy, SignatureReport.NOTHING, e.failure().what());
        }
    }

    /** As a step's failure. */
    static OciFailure failure(Verdict verdict) {
        return new OciFailure(
                Step.SIGNATURE,
                verdict.problem(),
                "sign it with cosign sign, or name who has: --key, --certificate-identity");
    }
}
