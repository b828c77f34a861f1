package io.postern.xds.server.source;

import com.google.protobuf.Message;
import io.postern.config.envoy.ResourceTranslator;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Diagnostic;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Place;
import io.postern.config.source.Severity;
import io.postern.config.source.SourceNode;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.Spot;
import io.postern.xds.resources.GroupResources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The documents of a folder: those that are good, and the last good version of those that are not.
 *
 * <p>Control thread.
 */
public final class Documents {
    private final ResourceFolder folder;
    private final Checker checker;
    private Map<String, RawDocument> lastGood = Map.of();

    /**
     * @param environment variables of this process
     * @param lastGood what was published before this process began
     */
    public Documents(Path folder, Map<String, String> environment, List<GroupResources> lastGood) {
        this.folder = new ResourceFolder(folder);
        this.checker = new Checker(environment);
        this.lastGood = documents(lastGood);
    }

    /**
     * What a folder comes to.
     *
     * @param groups one for each document that says something, by its file
     * @param findings by file: errors, for which its last good version is in {@code groups}, and
     *     warnings
     */
    public record Reading(List<GroupResources> groups, Map<String, List<Diagnostic>> findings) {}

    /** Reads what changed and checks everything that belongs together. */
    public Reading read() throws IOException {
        List<RawDocument> newest = new ArrayList<>();
        Map<String, List<Diagnostic>> findings = new TreeMap<>();
        Set<String> present = new HashSet<>();
        for (ResourceFolder.Content content : folder.read()) {
            present.add(content.name());
            List<Diagnostic> said = new ArrayList<>(content.findings());
            if (content.tree() != null) {
                take(content.name(), content.tree(), newest, said);
            }
            findings.put(content.name(), said);
        }
        Map<String, RawDocument> good = new TreeMap<>(lastGood);
        good.keySet().retainAll(present);
        Checker.Outcome outcome = checker.check(newest, good);
        outcome.findings()
                .forEach((file, more) -> {
                    List<Diagnostic> said =
                            new ArrayList<>(findings.getOrDefault(file, List.<Diagnostic>of()));
                    said.addAll(more);
                    findings.put(file, List.copyOf(said));
                });
        lastGood = outcome.accepted();
        List<GroupResources> groups = new ArrayList<>();
        outcome.accepted().values().forEach(document -> groups.add(group(document)));
        return new Reading(List.copyOf(groups), findings);
    }

    private static void take(
            String file, SourceNode tree, List<RawDocument> newest, List<Diagnostic> said) {
        var diagnostics = new Diagnostics();
        if (RawDocument.is(tree)) {
            RawDocument document = RawDocument.read(file, tree, diagnostics);
            if (document != null && !diagnostics.hasErrors()) {
                newest.add(document);
            }
        } else {
            diagnostics.error(Spot.root(tree), "a document in Kubernetes form: not read yet");
        }
        said.addAll(diagnostics.errors());
        said.addAll(diagnostics.warnings());
    }

    private static GroupResources group(RawDocument document) {
        List<Message> resources = document.resources().stream().map(Placed::message).toList();
        return new GroupResources(document.file(), document.selector(), resources);
    }

    private static Map<String, RawDocument> documents(List<GroupResources> groups) {
        Map<String, RawDocument> documents = new LinkedHashMap<>();
        for (GroupResources group : groups) {
            Spot spot = Spot.root(new NullNode(Place.of(group.name() + " (as published)")));
            List<Placed> resources = new ArrayList<>();
            for (Message message : group.resources()) {
                ResourceType type = ResourceType.of(message.getDescriptorForType().getFullName());
                if (type != null) {
                    String name = ResourceTranslator.nameOf(type, message);
                    resources.add(new Placed(type, name, message, spot));
                }
            }
            documents.put(group.name(), new RawDocument(group.name(), group.selector(), resources));
        }
        return documents;
    }

    /** Whether one of these is an error. */
    public static boolean hasErrors(List<Diagnostic> findings) {
        return findings.stream().anyMatch(one -> one.severity() == Severity.ERROR);
    }
}
