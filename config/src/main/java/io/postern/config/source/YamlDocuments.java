package io.postern.config.source;

import io.postern.config.source.SourceNode.NullNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a YAML text, each read on its own: one that is no YAML does not hide the others.
 *
 * <p>A line that begins with {@code ---} separates documents wherever it stands, in block scalars
 * too (YAML 1.1, section 4.3.1), so that the text can be divided before it is read.
 */
public final class YamlDocuments {
    /**
     * One document.
     *
     * @param root null: it could not be read, for the reason in {@code diagnostics}
     * @param place where it begins
     */
    public record YamlDocument(@Nullable SourceNode root, Place place, Diagnostics diagnostics) {}

    private YamlDocuments() {}

    /** All documents of {@code text} that say anything. */
    public static List<YamlDocument> read(String file, String text) {
        var documents = new ArrayList<YamlDocument>();
        var part = new StringBuilder();
        int line = 0;
        int first = 0;
        for (var content : text.split("\n", -1)) {
            if (isSeparator(content)) {
                add(file, part, first, documents);
                part.setLength(0);
                first = line;
            }
            part.append(content).append('\n');
            line++;
        }
        add(file, part, first, documents);
        return documents;
    }

    private static boolean isSeparator(String line) {
        return line.startsWith("---")
                && (line.length() == 3 || Character.isWhitespace(line.charAt(3)));
    }

    private static void add(
            String file, CharSequence part, int linesBefore, List<YamlDocument> documents) {
        var diagnostics = new Diagnostics();
        var root = YamlReader.read(file, part.toString(), linesBefore, diagnostics);
        if (root instanceof NullNode) {
            return; // only comments
        }
        var place = root == null ? new Place(file, linesBefore + 1, 1) : root.place();
        documents.add(new YamlDocument(root, place, diagnostics));
    }
}
