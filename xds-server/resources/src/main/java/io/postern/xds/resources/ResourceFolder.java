package io.postern.xds.resources;

import io.postern.config.source.Diagnostic;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Place;
import io.postern.config.source.Severity;
import io.postern.xds.resources.document.DocumentReader;
import io.postern.xds.resources.document.Documents;
import io.postern.xds.resources.kind.Kinds;
import io.postern.xds.resources.kind.Rules;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * A folder of documents, or a git work tree: every {@code .yaml}, {@code .yml} and {@code .json} in
 * it, but nothing whose name begins with a dot.
 *
 * <p>Thread-safe: immutable.
 */
public final class ResourceFolder {
    /** Bounds on what is held in memory; a mistaken path can be a whole disk. */
    private static final int MAX_FILES = 20_000;

    private static final long MAX_FILE_BYTES = 16L << 20;
    private static final long MAX_BYTES = 256L << 20;
    private static final int MAX_DEPTH = 16;

    private final Path root;

    public ResourceFolder(Path root) {
        this.root = root;
    }

    /** What the folder says now; never fails, since a folder that cannot be read says so too. */
    public Documents read() {
        var reader = new DocumentReader(Kinds.all(), Rules::check);
        long bytes = 0;
        for (var file : files(reader)) {
            var name = root.relativize(file).toString();
            try {
                long size = Files.size(file);
                bytes += size;
                if (size > MAX_FILE_BYTES || bytes > MAX_BYTES) {
                    refuse(reader, name, "larger than " + MAX_FILE_BYTES + " bytes", "split it");
                    continue;
                }
                reader.read(name, text(Files.readAllBytes(file)));
            } catch (CharacterCodingException _) {
                refuse(reader, name, "not UTF-8", "save it as UTF-8");
            } catch (IOException e) {
                refuse(reader, name, "cannot be read: " + e.getMessage(), "");
            }
        }
        return reader.documents();
    }

    private static String text(byte[] bytes) throws CharacterCodingException {
        var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private Set<Path> files(DocumentReader reader) {
        var files = new TreeSet<Path>();
        try {
            Files.walkFileTree(
                    root,
                    Set.of(FileVisitOption.FOLLOW_LINKS),
                    MAX_DEPTH,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path folder, BasicFileAttributes attributes) {
                            return isHidden(folder) && !folder.equals(root)
                                    ? FileVisitResult.SKIP_SUBTREE
                                    : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            if (attributes.isRegularFile() && isDocument(file)) {
                                files.add(file);
                            }
                            return files.size() < MAX_FILES
                                    ? FileVisitResult.CONTINUE
                                    : FileVisitResult.TERMINATE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e) {
                            refuse(reader, file.toString(), "cannot be read: " + e, "");
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            refuse(reader, root.toString(), "cannot be read: " + e.getMessage(), "");
        }
        if (files.size() >= MAX_FILES) {
            refuse(reader, root.toString(), "more than " + MAX_FILES + " files", "split it");
        }
        return files;
    }

    private static boolean isHidden(Path path) {
        var name = path.getFileName();
        return name != null && name.toString().startsWith(".");
    }

    private static boolean isDocument(Path file) {
        var name = file.toString().toLowerCase(Locale.ROOT);
        return !isHidden(file)
                && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
    }

    private static void refuse(DocumentReader reader, String name, String message, String cure) {
        var diagnostics = new Diagnostics();
        diagnostics.error(new Diagnostic(Severity.ERROR, Place.of(name), "", message, cure));
        reader.refuse(diagnostics);
    }
}
