package io.postern.xds.server.source;

import com.google.protobuf.Message;
import io.postern.config.envoy.ResourceTranslator;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Diagnostic;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Place;
import io.postern.config.source.SourceNode;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.Spot;
import io.postern.xds.resources.DocumentStatus;
import io.postern.xds.resources.GroupResources;
import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.resources.rollout.RolloutBook;
import io.postern.xds.resources.rollout.WantedVersion;
import io.postern.xds.server.modules.Content;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a folder: those that are good, and the last good version of those that are not.
 *
 * <p>Control thread.
 */
public final class Documents {
    private static final String GATEWAY = "gateway ";

    private final DocumentFiles folder;
    private final Checker checker;
    private final KubernetesDocuments kubernetes;
    private final TextShelf texts;
    private final RawDocumentReader reader = new RawDocumentReader();
    private Map<String, RawDocument> lastGood;
    private Map<String, Parsed> known = Map.of();

    /** A file as it was read last. */
    private record Parsed(
            DocumentFiles.Content content, @Nullable RawDocument document, List<Diagnostic> said) {}

    private Documents(
            DocumentFiles folder,
            Checker checker,
            KubernetesDocuments kubernetes,
            TextShelf texts,
            Map<String, RawDocument> lastGood) {
        this.folder = folder;
        this.checker = checker;
        this.kubernetes = kubernetes;
        this.texts = texts;
        this.lastGood = lastGood;
    }

    /**
     * What documents are read with.
     *
     * @param shelf where last good texts are kept
     * @param environment variables of this process
     * @param arrived is run when a plugin is there that took long to fetch; any thread
     * @param content where nodes fetch plugins; null: they get them inline
     */
    public record Parts(
            Path folder,
            Path shelf,
            Map<String, String> environment,
            PluginSource plugins,
            Runnable arrived,
            @Nullable Content content,
            Clock clock) {}

    /**
     * The documents of a folder; nothing is read yet.
     *
     * @param published before this process began
     */
    public static Documents open(Parts parts, List<GroupResources> published) throws IOException {
        TextShelf texts = TextShelf.open(parts.shelf());
        return new Documents(
                new DocumentFiles(parts.folder()),
                new Checker(parts.environment()),
                new KubernetesDocuments(
                        new PluginShelf(parts.plugins(), parts.arrived(), parts.clock()),
                        parts.content(),
                        texts.texts()),
                texts,
                raw(published));
    }

    /**
     * What a folder comes to.
     *
     * @param groups one for each file with Envoy resources, and those of Gateways
     * @param findings by file: errors, for which the last good version is in {@code groups}, and
     *     warnings
     * @param statuses of documents in Kubernetes form
     * @param wanted versions that they ask for where new ones are tried
     */
    public record Reading(
            List<GroupResources> groups,
            Map<String, List<Diagnostic>> findings,
            List<DocumentStatus> statuses,
            List<WantedVersion> wanted) {}

    /** The tags of plugins, and digests of what they stand for; none: it cannot be used. */
    public Map<PluginReference, List<String>> tags() {
        return kubernetes.plugins().tags();
    }

    /** All plugins and policies that documents refer to. */
    public Set<PluginReference> references() {
        return kubernetes.plugins().references();
    }

    /** Has the next reading fetch these again. */
    public void moved(Set<PluginReference> tags) {
        kubernetes.plugins().moved(tags);
    }

    /** Has the next reading say why nobody knows what these stand for. */
    public void failed(Map<PluginReference, PluginSource.Failed> tags) {
        kubernetes.plugins().failed(tags);
    }

    /**
     * Reads what changed and checks everything that belongs together.
     *
     * @param book which versions serve
     */
    public Reading read(RolloutBook book) throws IOException {
        List<RawDocument> newest = new ArrayList<>();
        Map<String, List<Diagnostic>> findings = new TreeMap<>();
        Map<String, String> inKubernetesForm = new TreeMap<>();
        Set<String> present = new HashSet<>();
        Map<String, Parsed> next = new HashMap<>();
        for (DocumentFiles.Content content : folder.read()) {
            present.add(content.name());
            List<Diagnostic> said = new ArrayList<>(content.findings());
            if (content.isKubernetes()) {
                inKubernetesForm.put(content.name(), content.text());
            } else if (content.tree() != null) {
                Parsed parsed = parsed(content, content.tree());
                next.put(content.name(), parsed);
                if (parsed.document() != null) {
                    newest.add(parsed.document());
                }
                said.addAll(parsed.said());
            }
            findings.put(content.name(), said);
        }
        known = next;
        KubernetesDocuments.Reading translated = kubernetes.take(inKubernetesForm, book);
        texts.keep(inKubernetesForm, translated.faultless());
        add(translated.findings(), findings);
        Map<String, RawDocument> fixed = gateways(translated.translation().groups());
        Map<String, RawDocument> good = new TreeMap<>(lastGood);
        good.keySet().retainAll(present);
        good.keySet().removeAll(inKubernetesForm.keySet());
        Checker.Outcome outcome = checker.check(newest, good, fixed.values());
        add(outcome.findings(), findings);
        lastGood = outcome.accepted();
        List<GroupResources> groups = new ArrayList<>();
        outcome.accepted().values().forEach(document -> groups.add(group(document)));
        fixed.values().forEach(document -> groups.add(group(document)));
        return new Reading(
                List.copyOf(groups),
                findings,
                translated.translation().statuses(),
                translated.translation().wanted());
    }

    @SuppressWarnings("ReferenceEquality") // what was not read again is the same object
    private Parsed parsed(DocumentFiles.Content content, SourceNode tree) {
        Parsed before = known.get(content.name());
        if (before != null && before.content() == content) {
            return before;
        }
        var diagnostics = new Diagnostics();
        RawDocument document = reader.read(content.name(), tree, diagnostics);
        List<Diagnostic> said = new ArrayList<>(diagnostics.errors());
        said.addAll(diagnostics.warnings());
        return new Parsed(content, diagnostics.hasErrors() ? null : document, said);
    }

    private static void add(Map<String, List<Diagnostic>> more, Map<String, List<Diagnostic>> to) {
        more.forEach((file, said) -> to.computeIfAbsent(file, _ -> new ArrayList<>()).addAll(said));
    }

    private static GroupResources group(RawDocument document) {
        List<Message> resources = document.resources().stream().map(Placed::message).toList();
        return new GroupResources(document.file(), document.selector(), resources);
    }

    private static Map<String, RawDocument> gateways(List<GroupResources> groups) {
        Map<String, RawDocument> documents = new LinkedHashMap<>();
        for (GroupResources group : groups) {
            String name = GATEWAY + group.name();
            documents.put(name, document(name, group));
        }
        return documents;
    }

    private static Map<String, RawDocument> raw(List<GroupResources> published) {
        Map<String, RawDocument> documents = new TreeMap<>();
        for (GroupResources group : published) {
            if (!group.name().startsWith(GATEWAY)) {
                documents.put(group.name(), document(group.name(), group));
            }
        }
        return documents;
    }

    private static RawDocument document(String name, GroupResources group) {
        Spot spot = Spot.root(new NullNode(Place.of(name)));
        List<Placed> resources = new ArrayList<>();
        for (Message message : group.resources()) {
            ResourceType type = ResourceType.of(message.getDescriptorForType().getFullName());
            if (type != null) {
                String own = ResourceTranslator.nameOf(type, message);
                resources.add(new Placed(type, own, message, spot));
            }
        }
        return new RawDocument(name, group.selector(), resources);
    }
}
