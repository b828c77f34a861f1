package io.postern.xds.server.status;

import io.postern.config.source.Diagnostic;
import io.postern.config.source.Report;
import io.postern.xds.resources.Condition;
import io.postern.xds.resources.DocumentStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What became of documents, written beside them as an API server would: {@code .status/edge.yaml}
 * for {@code edge.yaml}. Names with a dot in front are no documents, and nobody watches them. A
 * file is written when something in it changes, and removed with its document.
 *
 * <p>Control thread. A folder that cannot be written to is told of once, and nothing else happens.
 */
public final class StatusFiles {
    private static final String FOLDER = ".status";

    private final Path folder;
    private final Clock clock;
    private final Consumer<String> log;
    private final Map<String, String> since = new HashMap<>();
    private Map<String, String> written = Map.of();
    private boolean failed;

    /**
     * @param documents the folder of the documents
     * @param log hears when that is not possible
     */
    public StatusFiles(Path documents, Clock clock, Consumer<String> log) {
        this.folder = documents.resolve(FOLDER);
        this.clock = clock;
        this.log = log;
    }

    /**
     * Writes what is new.
     *
     * @param findings by file
     */
    public void write(List<DocumentStatus> statuses, Map<String, List<Diagnostic>> findings) {
        Map<String, String> now = texts(statuses, findings);
        try {
            for (var entry : now.entrySet()) {
                if (!entry.getValue().equals(written.get(entry.getKey()))) {
                    replace(folder.resolve(entry.getKey()), entry.getValue());
                }
            }
            for (String gone : written.keySet()) {
                if (!now.containsKey(gone)) {
                    Files.deleteIfExists(folder.resolve(gone));
                }
            }
            written = now;
            failed = false;
        } catch (IOException e) {
            if (!failed) {
                failed = true;
                log.accept("no status is written beside the documents: " + e);
            }
        }
    }

    private static void replace(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling("." + file.getFileName());
        Files.writeString(fresh, text);
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Map<String, String> texts(
            List<DocumentStatus> statuses, Map<String, List<Diagnostic>> findings) {
        Map<String, List<DocumentStatus>> byFile = new HashMap<>();
        statuses.forEach(status ->
                byFile.computeIfAbsent(status.place().file(), _ -> new ArrayList<>()).add(status));
        Map<String, String> texts = new TreeMap<>();
        findings.forEach((file, said) -> {
            var text = new StringBuilder("# What became of " + file + "; written by postern.\n");
            var about = new LinkedHashMap<String, Object>();
            about.put("file", file);
            about.put("findings", said.stream().map(Report::text).toList());
            text.append(YamlLines.of(about));
            for (DocumentStatus status : byFile.getOrDefault(file, List.of())) {
                text.append("---\n").append(YamlLines.of(tree(status)));
            }
            texts.put(file, text.toString());
        });
        return texts;
    }

    private Map<String, Object> tree(DocumentStatus status) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", status.key().name());
        if (!status.key().namespace().isEmpty()) {
            metadata.put("namespace", status.key().namespace());
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("group", status.key().group());
        tree.put("kind", status.key().kind());
        tree.put("metadata", metadata);
        tree.put("line", status.place().line());
        Map<String, Object> said = new LinkedHashMap<>();
        String of = status.key().toString();
        said.put("conditions", conditions(of, status.conditions()));
        if (!status.parents().isEmpty()) {
            said.put("parents", status.parents().stream().map(one -> parent(of, one)).toList());
        }
        if (!status.listeners().isEmpty()) {
            said.put(
                    "listeners",
                    status.listeners().stream().map(one -> listener(of, one)).toList());
        }
        tree.put("status", said);
        return tree;
    }

    private Map<String, Object> parent(String of, DocumentStatus.Parent parent) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("parent", parent.parent());
        if (!parent.sectionName().isEmpty()) {
            tree.put("sectionName", parent.sectionName());
        }
        if (parent.port() > 0) {
            tree.put("port", parent.port());
        }
        String key = of + " " + parent.parent() + " " + parent.sectionName() + parent.port();
        tree.put("conditions", conditions(key, parent.conditions()));
        return tree;
    }

    private Map<String, Object> listener(String of, DocumentStatus.Listener listener) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", listener.name());
        tree.put("attachedRoutes", listener.attachedRoutes());
        tree.put("supportedKinds", listener.supportedKinds());
        tree.put("conditions", conditions(of + " " + listener.name(), listener.conditions()));
        return tree;
    }

    private List<Map<String, Object>> conditions(String of, List<Condition> conditions) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Condition condition : conditions) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("type", condition.type());
            tree.put("status", stateOf(condition));
            tree.put("reason", condition.reason());
            tree.put("message", condition.message());
            tree.put("lastTransitionTime", since(of, condition));
            all.add(tree);
        }
        return all;
    }

    // "True", as in Kubernetes: a text, not a truth.
    private static String stateOf(Condition condition) {
        String name = condition.status().name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }

    private String since(String of, Condition condition) {
        String state = of + " " + condition.type() + " ";
        String now = state + condition.status();
        for (Condition.State other : Condition.State.values()) {
            if (other != condition.status()) {
                since.remove(state + other);
            }
        }
        return since.computeIfAbsent(
                now, _ -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    }
}
