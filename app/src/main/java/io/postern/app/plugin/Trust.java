package io.postern.app.plugin;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Flag;
import io.postern.app.cli.UsageException;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.OciFailure;
import io.postern.xds.oci.Pulled;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.cosign.SignaturePolicy;
import io.postern.xds.oci.cosign.SignatureReport;
import io.postern.xds.oci.cosign.Signatures;
import io.postern.xds.oci.cosign.VerificationKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whose signature counts, and what happens without one: as the command line has it. */
record Trust(List<VerificationKey> keys, SignaturePolicy policy) {
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

    static final List<Flag> FLAGS = List.of(KEY, POLICY);

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
                    ? "good: " + String.join(", ", report.signed())
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
        SignaturePolicy policy =
                arguments.choice(
                        POLICY, keys.isEmpty() ? SignaturePolicy.OFF : SignaturePolicy.REQUIRED);
        if (keys.isEmpty() && policy != SignaturePolicy.OFF) {
            throw new UsageException("--signatures: whose? (expected: --key FILE)");
        }
        return new Trust(keys, policy);
    }

    /** Looks the signatures up; only a registry that does not answer is told as a failure of it. */
    Verdict of(Pulled pulled, Signatures signatures) throws InterruptedException {
        var none = new SignatureReport(List.of(), List.of(), List.of());
        try {
            SignatureReport report = signatures.of(pulled, keys);
            boolean asked = policy != SignaturePolicy.OFF;
            return new Verdict(policy, report, asked && !report.verified() ? report.problem() : "");
        } catch (OciException e) {
            return new Verdict(policy, none, e.failure().what());
        }
    }

    /** As a step's failure. */
    static OciFailure failure(Verdict verdict) {
        return new OciFailure(
                Step.SIGNATURE,
                verdict.problem(),
                "sign it with cosign sign --key, or give the right --key");
    }
}
