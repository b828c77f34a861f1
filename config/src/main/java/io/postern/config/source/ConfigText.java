package io.postern.config.source;

import io.postern.config.source.SourceNode.NullNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how a configuration is written, and reads it: YAML or JSON, by name, then by content.
 */
public final class ConfigText {
    /** A bound on what is held in memory several times over while it is translated. */
    private static final long MAX_BYTES = 64L * 1024 * 1024;

    private ConfigText() {}

    /** The tree of {@code file}; null when there is none, for the reason in {@code diagnostics}. */
    public static @Nullable SourceNode read(Path file, Diagnostics diagnostics) {
        var name = file.toString();
        var lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".pb_text") || lower.endsWith(".pb")) {
            return fail(
                    name,
                    "not supported: protobuf text and binary configurations",
                    "write it as YAML or JSON",
                    diagnostics);
        }
        var text = text(file, diagnostics);
        if (text == null) {
            return null;
        }
        boolean yaml = lower.endsWith(".yaml") || lower.endsWith(".yml");
        boolean json = lower.endsWith(".json") || (!yaml && text.stripLeading().startsWith("{"));
        return json ? JsonReader.read(name, text, diagnostics) : yaml(name, text, diagnostics);
    }

    /** The tree of a YAML text; {@code name} stands for the file in places. */
    public static @Nullable SourceNode yaml(String name, String text, Diagnostics diagnostics) {
        var node = YamlReader.read(name, text, diagnostics);
        if (node instanceof NullNode) {
            return fail(
                    name, "empty (expected: a map)", "start with static_resources:", diagnostics);
        }
        return node;
    }

    private static @Nullable String text(Path file, Diagnostics diagnostics) {
        var name = file.toString();
        try {
            if (Files.size(file) > MAX_BYTES) {
                fail(name, "larger than " + MAX_BYTES + " bytes", "split it", diagnostics);
                return null;
            }
            var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            var text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (NoSuchFileException e) {
            fail(name, "no such file", "", diagnostics);
        } catch (CharacterCodingException e) {
            fail(name, "not UTF-8", "save it as UTF-8", diagnostics);
        } catch (IOException e) {
            fail(name, "cannot be read: " + e.getMessage(), "", diagnostics);
        }
        return null;
    }

    private static @Nullable SourceNode fail(
            String name, String message, String cure, Diagnostics diagnostics) {
        diagnostics.error(new Diagnostic(Severity.ERROR, Place.of(name), "", message, cure));
        return null;
    }
}
