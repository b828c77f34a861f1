package io.postern.xds.server.source;

import io.postern.config.source.ConfigText;
import io.postern.config.source.Diagnostic;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.JsonReader;
import io.postern.config.source.Place;
import io.postern.config.source.Severity;
import io.postern.config.source.SourceNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of a folder and of the folders in it, without hidden ones ({@code .git}). Only what
 * changed is read again.
 *
 * <p>Control thread.
 */
final class DocumentFiles {
    private static final int MOST_FILES = 10_000;
    private static final int MOST_DEPTH = 32;
    private static final long MOST_OCTETS = 16L << 20;

    /** Some editors begin files with it. */
    private static final String MARK = "\uFEFF";

    private final Path folder;
    private Map<Path, Read> known = Map.of();

    DocumentFiles(Path folder) {
        this.folder = folder;
    }

    /** By what a file is known to be the same: editors write new ones. */
    private record Stamp(long size, Instant modified, String key) {}

    private record Read(Stamp stamp, Content content) {}

    /**
     * A file as read.
     *
     * @param name relative to the folder
     * @param text empty: it cannot be read
     * @param tree of a file with Envoy resources; null: it cannot be read, for reasons in {@code
     *     findings}, or it is in Kubernetes form
     */
    record Content(String name, String text, @Nullable SourceNode tree, List<Diagnostic> findings) {
        private static final Pattern KIND =
                Pattern.compile("^(apiVersion|kind)\\s*:|\"apiVersion\"", Pattern.MULTILINE);

        /** Whether documents in Kubernetes form are in it. */
        boolean isKubernetes() {
            return KIND.matcher(text).find();
        }
    }

    /** All files, by name. */
    List<Content> read() throws IOException {
        Map<Path, Read> next = new TreeMap<>();
        List<Content> contents = new ArrayList<>();
        for (Path file : files(contents)) {
            Stamp stamp = stamp(file);
            if (stamp == null) {
                continue; // gone meanwhile
            }
            Read before = known.get(file);
            Read now =
                    before != null && before.stamp().equals(stamp)
                            ? before
                            : new Read(stamp, content(file));
            next.put(file, now);
            contents.add(now.content());
        }
        known = new HashMap<>(next);
        return contents;
    }

    /** In order of their names; places that cannot be looked into go to {@code unreadable}. */
    private List<Path> files(List<Content> unreadable) throws IOException {
        var search = new Search(unreadable);
        Files.walkFileTree(folder, Set.of(FileVisitOption.FOLLOW_LINKS), MOST_DEPTH, search);
        if (search.files.size() > MOST_FILES) {
            throw new IOException(
                    folder + ": more than " + MOST_FILES + " files (expected: fewer)");
        }
        Collections.sort(search.files);
        return search.files;
    }

    /** What is in the folder, without what is hidden. */
    private final class Search extends SimpleFileVisitor<Path> {
        private final List<Path> files = new ArrayList<>();
        private final Set<Path> layouts = new HashSet<>();
        private final List<Content> unreadable;

        Search(List<Content> unreadable) {
            this.unreadable = unreadable;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (isHidden(directory)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            if (Files.isRegularFile(directory.resolve("oci-layout"))) {
                layouts.add(directory);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            // The index of an OCI image layout is no document.
            boolean counts = !isHidden(file) && !layouts.contains(file.getParent());
            if (counts && attributes.isRegularFile() && isNamedAsDocument(file)) {
                files.add(file);
            }
            return files.size() > MOST_FILES ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }

        // A folder that may not be read, a link in a circle: the others are read.
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException why) throws IOException {
            if (file.equals(folder)) {
                throw why;
            }
            if (!isHidden(file)) {
                String name = folder.relativize(file).toString();
                var problem =
                        new Diagnostic(
                                Severity.ERROR, Place.of(name), "", "cannot be read: " + why, "");
                unreadable.add(new Content(name, "", null, List.of(problem)));
            }
            return FileVisitResult.CONTINUE;
        }

        private boolean isHidden(Path file) {
            return !file.equals(folder) && file.getFileName().toString().startsWith(".");
        }
    }

    private static boolean isNamedAsDocument(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
    }

    private static @Nullable Stamp stamp(Path file) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(
                    attributes.size(),
                    attributes.lastModifiedTime().toInstant(),
                    String.valueOf(attributes.fileKey()));
        } catch (IOException _) {
            return null;
        }
    }

    private Content content(Path file) {
        String name = folder.relativize(file).toString();
        var diagnostics = new Diagnostics();
        String text = text(file, name, diagnostics);
        var content = new Content(name, text, null, List.of());
        if (diagnostics.hasErrors() || content.isKubernetes()) {
            return new Content(name, text, null, diagnostics.errors());
        }
        SourceNode tree =
                name.endsWith(".json")
                        ? JsonReader.read(name, text, diagnostics)
                        : ConfigText.yaml(name, text, diagnostics);
        List<Diagnostic> findings = new ArrayList<>(diagnostics.errors());
        findings.addAll(diagnostics.warnings());
        return new Content(name, text, diagnostics.hasErrors() ? null : tree, findings);
    }

    private static String text(Path file, String name, Diagnostics diagnostics) {
        String problem;
        try {
            if (Files.size(file) <= MOST_OCTETS) {
                String text = Files.readString(file);
                return text.startsWith(MARK) ? text.substring(1) : text;
            }
            problem = "larger than " + MOST_OCTETS + " octets (expected: less)";
        } catch (CharacterCodingException _) {
            problem = "not UTF-8";
        } catch (IOException e) {
            problem = "cannot be read: " + e.getMessage();
        }
        diagnostics.error(new Diagnostic(Severity.ERROR, Place.of(name), "", problem, ""));
        return "";
    }
}
