package io.postern.config.source;

import io.postern.config.source.SourceNode.BoolNode;
import io.postern.config.source.SourceNode.Entry;
import io.postern.config.source.SourceNode.ListNode;
import io.postern.config.source.SourceNode.MapNode;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.SourceNode.NumberNode;
import io.postern.config.source.SourceNode.TextNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) with the place of every value. JSON is not read as YAML: tabs are blanks
 * here, and {@code "yes"} is never a boolean.
 *
 * <p>Confined to the loading thread.
 */
public final class JsonReader {
    private static final int MAX_DEPTH = 100;
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

    private final String file;
    private final String text;
    private final Diagnostics diagnostics;
    private final Matcher number;
    private int at;
    private int line = 1;
    private int lineStart;

    private JsonReader(String file, String text, Diagnostics diagnostics) {
        this.file = file;
        this.text = text;
        this.diagnostics = diagnostics;
        this.number = NUMBER.matcher(text);
    }

    /**
     * The value in {@code text}.
     *
     * @return null when it is not JSON; the reason is in {@code diagnostics}
     */
    public static @Nullable SourceNode read(String file, String text, Diagnostics diagnostics) {
        var reader = new JsonReader(file, text, diagnostics);
        try {
            var node = reader.value(0);
            reader.blanks();
            if (reader.at < text.length()) {
                throw reader.bad("the end of the file");
            }
            return TypedStructs.written(node, text, diagnostics);
        } catch (NotJson e) {
            diagnostics.error(new Diagnostic(Severity.ERROR, reader.place(), "", e.problem, ""));
            return null;
        }
    }

    private SourceNode value(int depth) {
        if (depth > MAX_DEPTH) {
            throw new NotJson("nested deeper than " + MAX_DEPTH + " levels");
        }
        blanks();
        var place = place();
        char c = peek();
        return switch (c) {
            case '{' -> map(place, depth);
            case '[' -> list(place, depth);
            case '"' -> new TextNode(place, string());
            case 't' -> word("true", new BoolNode(place, true, "true"));
            case 'f' -> word("false", new BoolNode(place, false, "false"));
            case 'n' -> word("null", new NullNode(place));
            default -> number(place);
        };
    }

    private SourceNode number(Place place) {
        number.region(at, text.length());
        if (!number.lookingAt()) {
            throw bad("a value");
        }
        at = number.end();
        return new NumberNode(place, number.group());
    }

    private SourceNode word(String word, SourceNode node) {
        if (!text.startsWith(word, at)) {
            throw bad(word);
        }
        at += word.length();
        return node;
    }

    private SourceNode list(Place place, int depth) {
        at++;
        var items = new ArrayList<SourceNode>();
        blanks();
        if (peek() == ']') {
            at++;
            return new ListNode(place, items);
        }
        while (true) {
            items.add(value(depth + 1));
            blanks();
            char c = peek();
            at++;
            if (c == ']') {
                return new ListNode(place, items);
            }
            if (c != ',') {
                at--;
                throw bad("',' or ']'");
            }
        }
    }

    private SourceNode map(Place place, int depth) {
        at++;
        var entries = new ArrayList<Entry>();
        var seen = new HashSet<String>();
        blanks();
        if (peek() == '}') {
            at++;
            return new MapNode(place, entries);
        }
        while (true) {
            blanks();
            var keyPlace = place();
            if (peek() != '"') {
                throw bad("a name in quotes");
            }
            var key = string();
            if (!seen.add(key)) {
                var problem = "\"" + key + "\" occurs twice in this map: this one wins";
                diagnostics.warning(
                        new Diagnostic(
                                Severity.WARNING, keyPlace, "", problem, "remove one of the two"));
            }
            blanks();
            if (peek() != ':') {
                throw bad("':'");
            }
            at++;
            entries.add(new Entry(key, keyPlace, value(depth + 1)));
            blanks();
            char c = peek();
            if (c != ',' && c != '}') {
                throw bad("',' or '}'");
            }
            at++;
            if (c == '}') {
                return new MapNode(place, entries);
            }
        }
    }

    private String string() {
        at++;
        var value = new StringBuilder();
        while (true) {
            char c = peek();
            if (c == '"') {
                at++;
                return value.toString();
            }
            if (c < ' ') {
                throw bad("'\"'");
            }
            at++;
            value.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (at + 4 > text.length()) {
                    throw bad("four hexadecimal digits");
                }
                try {
                    char unit = (char) Integer.parseInt(text, at, at + 4, 16);
                    at += 4;
                    yield unit;
                } catch (NumberFormatException e) {
                    throw bad("four hexadecimal digits");
                }
            }
            default -> {
                at--;
                throw bad("an escape that JSON knows");
            }
        };
    }

    private void blanks() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                line++;
                lineStart = at + 1;
            } else if (c != ' ' && c != '\t' && c != '\r') {
                return;
            }
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw new NotJson("not JSON: the text ends here");
        }
        return text.charAt(at);
    }

    private NotJson bad(String expected) {
        var found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end of the text";
        return new NotJson("not JSON: " + found + " (expected: " + expected + ")");
    }

    private Place place() {
        return new Place(file, line, at - lineStart + 1);
    }

    /** Ends the reading; never leaves {@link #read}. */
    private static final class NotJson extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String problem;

        NotJson(String problem) {
            super(problem, null, false, false);
            this.problem = problem;
        }
    }
}
