package io.postern.xds.resources.document;

import io.postern.config.source.Diagnostics;
import io.postern.config.source.Nearest;
import io.postern.config.source.SourceNode;
import io.postern.config.source.SourceNode.ListNode;
import io.postern.config.source.SourceNode.MapNode;
import io.postern.config.source.SourceNode.TextNode;
import io.postern.config.source.Spot;
import io.postern.config.source.YamlDocuments;
import io.postern.xds.resources.DocumentKey;
import io.postern.xds.resources.document.Documents.Refused;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads texts into documents. Confined to one thread. */
public final class DocumentReader {
    private static final String DEFAULT_NAMESPACE = "default";

    /** What must hold between the fields of a document. */
    public interface Rules {
        /** Tells what does not. */
        void check(Document document, Diagnostics diagnostics);
    }

    private final Map<String, List<Kind>> kinds = new LinkedHashMap<>();
    private final Rules rules;
    private final ShapeCheck check = new ShapeCheck();
    private final List<Document> good = new ArrayList<>();
    private final List<Refused> bad = new ArrayList<>();

    /**
     * @param kinds what can be read
     * @param rules for documents whose shape is right
     */
    public DocumentReader(List<Kind> kinds, Rules rules) {
        this.rules = rules;
        for (var kind : kinds) {
            this.kinds.computeIfAbsent(kind.name(), _ -> new ArrayList<>()).add(kind);
        }
    }

    /** Everything so far; of two with one key the first in the order of the text counts. */
    public Documents documents() {
        var first = new LinkedHashMap<DocumentKey, Document>();
        var refused = new ArrayList<>(bad);
        good.stream()
                .sorted(Document.BY_PLACE)
                .forEach(document -> {
                    var other = first.putIfAbsent(document.key(), document);
                    if (other != null) {
                        refused.add(duplicate(document, other));
                    }
                });
        return new Documents(List.copyOf(first.values()), refused);
    }

    private static Refused duplicate(Document document, Document first) {
        var diagnostics = new Diagnostics();
        diagnostics.error(
                document.root().spot(),
                document.key() + " is also at " + first.place() + ", which is used",
                "remove one of the two, or give it another name");
        // without its key: what is refused here is not the version after the other one
        return new Refused(document.key(), document.place(), diagnostics.errors(), null);
    }

    /** Something of which not even a document was found. */
    public void refuse(Diagnostics diagnostics) {
        var first = diagnostics.errors().getFirst();
        bad.add(new Refused(null, first.place(), diagnostics.errors(), null));
    }

    /** Takes the documents of one text. */
    public void read(String file, String text) {
        for (var document : YamlDocuments.read(file, text)) {
            var root = document.root();
            if (root == null) {
                refuse(document.diagnostics());
            } else {
                take(root, document.diagnostics());
            }
        }
    }

    private void take(SourceNode root, Diagnostics diagnostics) {
        var spot = Spot.root(root);
        var type = spot.field("kind").node();
        if (type instanceof TextNode name
                && name.text().equals("List")
                && spot.field("items").node() instanceof ListNode list) {
            list.items().forEach(item -> take(item, new Diagnostics()));
            return;
        }
        var kind = kind(root, spot, diagnostics);
        if (kind == null) {
            bad.add(new Refused(null, root.place(), diagnostics.errors(), null));
            return;
        }
        check.check(spot, Envelope.of(kind), diagnostics);
        var tree = new Tree(spot);
        var metadata = tree.at("metadata");
        var created = created(metadata.at("creationTimestamp"), diagnostics);
        var key = key(kind, metadata);
        var document =
                new Document(key, root.place(), metadata.table("labels"), created, tree, List.of());
        if (!diagnostics.hasErrors()) {
            rules.check(document, diagnostics);
        }
        if (diagnostics.hasErrors()) {
            var known = key.name().isEmpty() ? null : key;
            bad.add(new Refused(known, root.place(), diagnostics.errors(), null));
        } else {
            good.add(document.with(diagnostics.warnings()));
        }
    }

    private static DocumentKey key(Kind kind, Tree metadata) {
        var namespace = kind.namespaced() ? metadata.text("namespace", DEFAULT_NAMESPACE) : "";
        return new DocumentKey(kind.group(), kind.name(), namespace, metadata.text("name"));
    }

    private static Instant created(Tree timestamp, Diagnostics diagnostics) {
        if (!timestamp.isPresent()) {
            return Instant.EPOCH;
        }
        try {
            return Instant.parse(timestamp.text());
        } catch (DateTimeParseException _) {
            diagnostics.error(
                    timestamp.spot(),
                    timestamp.node().described() + " (expected: a time, 2026-11-23T06:00:00Z)");
            return Instant.EPOCH;
        }
    }

    private @Nullable Kind kind(SourceNode root, Spot spot, Diagnostics diagnostics) {
        if (!(root instanceof MapNode)) {
            diagnostics.error(
                    spot, root.described() + " (expected: a map with apiVersion and kind)");
            return null;
        }
        if (!(spot.field("kind").node() instanceof TextNode name)) {
            diagnostics.error(
                    spot,
                    spot.field("static_resources").node() == null
                            ? "\"kind\" is missing"
                            : "an Envoy bootstrap (expected: apiVersion and kind)",
                    "put Envoy's own messages into an EnvoyResource");
            return null;
        }
        var named = kinds.get(name.text());
        if (named == null) {
            diagnostics.error(
                    spot.field("kind"), "unknown kind \"" + name.text() + "\"", cure(name.text()));
            return null;
        }
        var version = new Tree(spot).text("apiVersion");
        for (var kind : named) {
            if (kind.apiVersions().contains(version)) {
                return kind;
            }
        }
        diagnostics.error(
                spot.field("apiVersion"),
                "\"" + version + "\" has no kind " + name.text(),
                "expected: " + named.getFirst().apiVersion());
        return null;
    }

    private String cure(String wrong) {
        var nearest = Nearest.cure(wrong, kinds.keySet());
        return nearest.isEmpty()
                ? "known: " + String.join(", ", new TreeSet<>(kinds.keySet()))
                : nearest;
    }
}
