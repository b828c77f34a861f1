package io.postern.xds.server.source;

import io.postern.config.envoy.ResourceTranslator;
import io.postern.config.model.ConfigSource;
import io.postern.config.source.Diagnostic;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Place;
import io.postern.config.source.Severity;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.envoy.ResourceIndex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Decides which documents can be published together: each resource is read by the very code that
 * gateways run. A document that is wrong is replaced by its last good version, or left out; and so
 * on, until what is left holds together.
 *
 * <p>Control thread.
 */
final class Checker {
    private static final ConfigSource ADS = new ConfigSource.Ads(Duration.ZERO);

    /** Without effect here, though Envoy wants it. */
    private static final String VERSION = "resource_api_version";

    private final ResourceTranslator translator;
    private Map<String, Checked> checked = Map.of();

    /** A document that was found good, and with which answers to what it asked for. */
    private record Checked(
            RawDocument document,
            List<Predicate<CandidateReferences>> asked,
            List<Diagnostic> said) {}

    /**
     * @param environment variables of this process
     */
    Checker(Map<String, String> environment) {
        this.translator = new ResourceTranslator(environment);
    }

    /**
     * What can be published.
     *
     * @param findings by document: why it was not taken, and warnings
     */
    record Outcome(Map<String, RawDocument> accepted, Map<String, List<Diagnostic>> findings) {}

    /**
     * Checks them together.
     *
     * @param lastGood by file, of those that are still there
     * @param fixed what is published in any case
     */
    Outcome check(
            Collection<RawDocument> newest,
            Map<String, RawDocument> lastGood,
            Collection<RawDocument> fixed) {
        Map<String, RawDocument> chosen = new TreeMap<>();
        newest.forEach(document -> chosen.put(document.file(), document));
        lastGood.forEach(chosen::putIfAbsent);
        Map<String, List<Diagnostic>> findings = new LinkedHashMap<>();
        while (true) {
            Map<String, RawDocument> failed = round(chosen, lastGood, fixed, findings);
            if (failed.isEmpty()) {
                return new Outcome(chosen, findings);
            }
            failed.forEach((file, document) -> {
                RawDocument good = lastGood.get(file);
                if (good == null || good.equals(document)) {
                    chosen.remove(file);
                } else {
                    chosen.put(file, good);
                }
            });
        }
    }

    @SuppressWarnings("ReferenceEquality") // what was not read again is the same object
    private Map<String, RawDocument> round(
            Map<String, RawDocument> chosen,
            Map<String, RawDocument> lastGood,
            Collection<RawDocument> fixed,
            Map<String, List<Diagnostic>> findings) {
        List<RawDocument> all = new ArrayList<>(fixed);
        all.addAll(chosen.values());
        var index = CandidateReferences.index(all);
        Map<String, RawDocument> failed = new LinkedHashMap<>();
        Map<String, Checked> next = new HashMap<>();
        for (RawDocument document : chosen.values()) {
            var references = new CandidateReferences(index, document.selector());
            Checked before = checked.get(document.file());
            if (before != null
                    && before.document() == document
                    && before.asked().stream().allMatch(one -> one.test(references))
                    && !collides(document, index)) {
                next.put(document.file(), before);
                findings.putIfAbsent(document.file(), before.said());
                continue;
            }
            var diagnostics = new Diagnostics();
            collisions(document, index, lastGood, chosen.keySet(), diagnostics);
            check(document, references, diagnostics);
            List<Diagnostic> said = new ArrayList<>(diagnostics.errors());
            diagnostics.warnings().stream()
                    .filter(warning -> !warning.protoPath().endsWith(VERSION))
                    .forEach(said::add);
            if (!diagnostics.hasErrors()) {
                next.put(document.file(), new Checked(document, references.asked(), said));
            } else {
                failed.put(document.file(), document);
            }
            // Of the first round in which something is wrong: later ones speak of older versions.
            if (findings.getOrDefault(document.file(), List.of()).stream()
                    .noneMatch(one -> one.severity() == Severity.ERROR)) {
                findings.put(document.file(), said);
            }
        }
        checked = next;
        return failed;
    }

    private static boolean collides(
            RawDocument document, ResourceIndex<CandidateReferences.Entry> index) {
        return document.resources().stream()
                .anyMatch(one -> index.all(one.type(), one.name()).size() > 1);
    }

    // What is published already stays; of two that are new the first file wins.
    private static void collisions(
            RawDocument document,
            ResourceIndex<CandidateReferences.Entry> index,
            Map<String, RawDocument> lastGood,
            Set<String> files,
            Diagnostics diagnostics) {
        for (Placed one : document.resources()) {
            for (var entry : index.all(one.type(), one.name())) {
                RawDocument other = entry.document();
                if (!other.file().equals(document.file())
                        && Selectors.overlap(document.selector(), other.selector())
                        && (!files.contains(other.file())
                                || gives(document, other, one, lastGood))) {
                    Place there = entry.resource().spot().place();
                    diagnostics.error(
                            one.spot(),
                            one + " is also at " + there + " (expected: one of a name for a node)",
                            "rename one of them, or select other nodes");
                }
            }
        }
    }

    private static boolean gives(
            RawDocument document,
            RawDocument other,
            Placed one,
            Map<String, RawDocument> lastGood) {
        boolean had = has(lastGood.get(document.file()), one);
        boolean otherHad = has(lastGood.get(other.file()), one);
        return had == otherHad ? document.file().compareTo(other.file()) > 0 : otherHad;
    }

    private static boolean has(
            @org.jspecify.annotations.Nullable RawDocument document, Placed one) {
        return document != null
                && document.resources().stream()
                        .anyMatch(own -> own.type() == one.type() && own.name().equals(one.name()));
    }

    private void check(
            RawDocument document, CandidateReferences references, Diagnostics diagnostics) {
        boolean foreign = document.selector().audience() == Audience.ENVOY;
        for (Placed one : document.resources()) {
            if (foreign) {
                translator.checkConstraints(one.message(), one.spot(), diagnostics);
            }
            // What only Envoy can do is Envoy's business, though worth a word.
            var own = foreign ? new Diagnostics() : diagnostics;
            translator.check(one.message(), one.spot(), own);
            if (!own.hasErrors()) {
                translator.tryOut(one.type(), one.message(), one.spot(), own, references, ADS);
            }
            for (String missing : references.takeMissing()) {
                own.error(
                        one.spot(),
                        one + " refers to " + missing + ", which no document has for these nodes",
                        "");
            }
            if (foreign) {
                own.errors().forEach(error -> diagnostics.warning(asWarning(error)));
            }
        }
    }

    private static Diagnostic asWarning(Diagnostic error) {
        return new Diagnostic(
                Severity.WARNING, error.place(), error.protoPath(), error.message(), error.cure());
    }
}
