package io.postern.xds.server.source;

import io.postern.config.source.Diagnostic;
import io.postern.xds.resources.DocumentKey;
import io.postern.xds.resources.DocumentStatus;
import io.postern.xds.resources.ResourceTranslator;
import io.postern.xds.resources.Translation;
import io.postern.xds.resources.TranslationOptions;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.DocumentReader;
import io.postern.xds.resources.document.Documents;
import io.postern.xds.resources.document.Documents.Refused;
import io.postern.xds.resources.kind.Kinds;
import io.postern.xds.resources.kind.Rules;
import io.postern.xds.resources.rollout.RolloutBook;
import io.postern.xds.server.modules.Content;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Documents in Kubernetes form. One that has an error now and had none before is used as it was
 * before, whatever the kind of error: a slip of the pen in a route does not become an answer 500.
 *
 * <p>Control thread.
 */
final class KubernetesDocuments {
    private final ResourceTranslator translator;
    private final @Nullable Content content;
    private final PluginShelf plugins;
    private Documents good;

    /**
     * @param content where nodes fetch plugins; null: they get them inline
     * @param lastGood texts of files that were good before this process began
     */
    KubernetesDocuments(
            PluginShelf plugins, @Nullable Content content, Map<String, String> lastGood) {
        this.content = content;
        this.translator =
                new ResourceTranslator(
                        content == null
                                ? TranslationOptions.INLINE
                                : new TranslationOptions(content.server()));
        this.plugins = plugins;
        this.good = read(lastGood);
    }

    /**
     * What texts come to.
     *
     * @param findings by file, of the newest texts
     * @param faultless files without an error
     */
    record Reading(
            Translation translation,
            Map<String, List<Diagnostic>> findings,
            Set<String> faultless) {}

    private static Documents read(Map<String, String> texts) {
        var reader = new DocumentReader(Kinds.all(), Rules::check);
        texts.forEach(reader::read);
        return reader.documents();
    }

    PluginShelf plugins() {
        return plugins;
    }

    /**
     * Reads all of them, by file.
     *
     * @throws IOException when plugins cannot be put where nodes will look for them
     */
    Reading take(Map<String, String> texts, RolloutBook book) throws IOException {
        Documents newest = read(texts);
        Map<String, List<Diagnostic>> findings = new LinkedHashMap<>();
        Set<Diagnostic> told = new HashSet<>();
        Map<DocumentKey, Document> before = byKey(good);
        Documents chosen = newest.over(presentOnly(good, texts.keySet()));
        while (true) {
            var fetched = plugins.fetch(ResourceTranslator.plugins(chosen));
            Translation translation = translator.translate(chosen, fetched, book);
            for (DocumentStatus status : translation.statuses()) {
                for (Diagnostic finding : status.findings()) {
                    if (told.add(finding)) {
                        findings.computeIfAbsent(finding.place().file(), _ -> new ArrayList<>())
                                .add(finding);
                    }
                }
            }
            Optional<Documents> next = withOlder(chosen, before, translation);
            if (next.isEmpty()) {
                if (content != null) {
                    content.store().keep(translator.contents(fetched.values(), book));
                }
                good = withoutErrors(chosen, before, translation);
                return new Reading(translation, findings, faultless(texts, findings));
            }
            chosen = next.get();
        }
    }

    private static Documents presentOnly(Documents documents, Set<String> files) {
        return new Documents(
                documents.good().stream()
                        .filter(one -> files.contains(one.place().file()))
                        .toList(),
                List.of());
    }

    // Each round takes at least one document back, so there is a last one.
    @SuppressWarnings("ReferenceEquality") // whether it is the very version of before
    private static Optional<Documents> withOlder(
            Documents chosen, Map<DocumentKey, Document> before, Translation translation) {
        Set<DocumentKey> bad =
                translation.statuses().stream()
                        .filter(DocumentStatus::hasErrors)
                        .map(DocumentStatus::key)
                        .collect(Collectors.toSet());
        Map<DocumentKey, List<Diagnostic>> why = new HashMap<>();
        translation.statuses().forEach(status -> why.put(status.key(), status.findings()));
        List<Document> kept = new ArrayList<>();
        List<Refused> refused = new ArrayList<>(chosen.bad());
        boolean changed = false;
        for (Document document : chosen.good()) {
            Document older = before.get(document.key());
            if (bad.contains(document.key()) && older != null && older != document) {
                changed = true;
                kept.add(older);
                List<Diagnostic> findings = why.getOrDefault(document.key(), List.of());
                refused.add(new Refused(document.key(), document.place(), findings, older));
            } else {
                kept.add(document);
            }
        }
        return changed ? Optional.of(new Documents(kept, refused)) : Optional.empty();
    }

    // A document that had an error from the beginning is no version to go back to.
    private static Documents withoutErrors(
            Documents chosen, Map<DocumentKey, Document> before, Translation translation) {
        Set<DocumentKey> bad =
                translation.statuses().stream()
                        .filter(DocumentStatus::hasErrors)
                        .map(DocumentStatus::key)
                        .collect(Collectors.toSet());
        return new Documents(
                chosen.good().stream()
                        .filter(one -> !bad.contains(one.key()) || before.containsKey(one.key()))
                        .toList(),
                List.of());
    }

    private static Map<DocumentKey, Document> byKey(Documents documents) {
        Map<DocumentKey, Document> byKey = new HashMap<>();
        documents.good().forEach(one -> byKey.put(one.key(), one));
        return byKey;
    }

    private static Set<String> faultless(
            Map<String, String> texts, Map<String, List<Diagnostic>> findings) {
        return texts.keySet().stream()
                .filter(file -> !Findings.hasErrors(findings.getOrDefault(file, List.of())))
                .collect(Collectors.toSet());
    }
}
