package io.postern.config.source;

import io.postern.config.source.SourceNode.BoolNode;
import io.postern.config.source.SourceNode.Entry;
import io.postern.config.source.SourceNode.ListNode;
import io.postern.config.source.SourceNode.MapNode;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.SourceNode.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads YAML as Envoy's parser (yaml-cpp) does: YAML 1.1 scalars without floats and dates, no merge
 * keys, anchors and aliases, keys tagged {@code !ignore} left out, the last of two equal keys wins
 * (with a warning here).
 *
 * <p>Works on parser events, not on SnakeYAML's object model, which knows other types and other
 * bounds. Confined to the loading thread.
 */
public final class YamlReader {
    /** As deep as protobuf's JSON parser goes in Envoy. */
    private static final int MAX_DEPTH = 100;

    /** With aliases written out; what stops {@code *a, *a, *a …} of {@code *b, *b, *b …}. */
    private static final int MAX_NODES = 2_000_000;

    private record Anchored(SourceNode node, int size) {}

    private final String file;
    private final int linesBefore;
    private final Diagnostics diagnostics;
    private final ParserImpl events;
    private final Map<String, Anchored> anchors = new HashMap<>();
    private final List<String> path = new ArrayList<>();
    private int nodes;

    private YamlReader(String file, String text, int linesBefore, Diagnostics diagnostics) {
        this.file = file;
        this.linesBefore = linesBefore;
        this.diagnostics = diagnostics;
        var options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        options.setNestingDepthLimit(MAX_DEPTH);
        this.events = new ParserImpl(new StreamReader(text), options);
    }

    /**
     * The first document of {@code text}.
     *
     * @return null when it is not YAML; the reason is in {@code diagnostics}
     */
    public static @Nullable SourceNode read(String file, String text, Diagnostics diagnostics) {
        return read(file, text, 0, diagnostics);
    }

    /** The same, of a text that stands in its file behind so many lines. */
    static @Nullable SourceNode read(
            String file, String text, int linesBefore, Diagnostics diagnostics) {
        try {
            SourceNode tree = new YamlReader(file, text, linesBefore, diagnostics).document();
            return TypedStructs.written(tree, text, diagnostics);
        } catch (Unreadable e) {
            diagnostics.error(new Diagnostic(Severity.ERROR, e.place, e.path, e.problem, e.cure));
        } catch (MarkedYAMLException e) {
            diagnostics.error(YamlSyntax.explain(file, linesBefore, e));
        } catch (YAMLException e) {
            var message = String.valueOf(e.getMessage());
            diagnostics.error(
                    new Diagnostic(Severity.ERROR, Place.of(file), "", "not YAML: " + message, ""));
        }
        return null;
    }

    private SourceNode document() {
        events.getEvent(); // stream start
        if (events.checkEvent(Event.ID.StreamEnd)) {
            return new NullNode(Place.of(file));
        }
        events.getEvent(); // document start
        var root = node(0);
        events.getEvent(); // document end
        if (!events.checkEvent(Event.ID.StreamEnd)) {
            var place = place(events.peekEvent().getStartMark());
            diagnostics.warning(
                    new Diagnostic(
                            Severity.WARNING,
                            place,
                            "",
                            "a second YAML document: only the first one is read",
                            "remove the --- line or put the documents into files of their own"));
        }
        return root;
    }

    private SourceNode node(int depth) {
        var event = events.getEvent();
        var place = place(event.getStartMark());
        if (event instanceof AliasEvent alias) {
            return aliased(alias.getAnchor(), place);
        }
        if (++nodes > MAX_NODES) {
            throw tooMany(place);
        }
        int before = nodes;
        var node =
                switch (event) {
                    case ScalarEvent scalar -> scalar(scalar, place);
                    case SequenceStartEvent _ -> list(place, depth);
                    case MappingStartEvent _ -> map(place, depth);
                    default -> throw new IllegalStateException("bug: YAML event " + event);
                };
        if (event instanceof NodeEvent named && named.getAnchor() != null) {
            anchors.put(named.getAnchor(), new Anchored(node, nodes - before + 1));
        }
        return node;
    }

    private SourceNode aliased(String anchor, Place place) {
        var target = anchors.get(anchor);
        if (target == null) {
            throw new Unreadable(
                    place,
                    SourcePaths.join(path),
                    "the alias *" + anchor + " stands for nothing that is complete here",
                    "put &" + anchor + " on an earlier value");
        }
        nodes += target.size();
        if (nodes > MAX_NODES) {
            throw tooMany(place);
        }
        return target.node();
    }

    private Unreadable tooMany(Place place) {
        return new Unreadable(
                place,
                SourcePaths.join(path),
                "more than " + MAX_NODES + " values with aliases written out",
                "aliases of aliases multiply: write the values out, or split the file");
    }

    private static SourceNode scalar(ScalarEvent event, Place place) {
        // Explicit tags other than the non-specific "!" do not change the type in Envoy either.
        if (!event.isPlain() || "!".equals(event.getTag())) {
            return new TextNode(place, event.getValue());
        }
        return PlainScalar.typed(place, event.getValue());
    }

    private SourceNode list(Place place, int depth) {
        checkDepth(place, depth);
        var items = new ArrayList<SourceNode>();
        while (!events.checkEvent(Event.ID.SequenceEnd)) {
            path.add("[" + items.size() + "]");
            items.add(node(depth + 1));
            path.removeLast();
        }
        events.getEvent();
        return new ListNode(place, items);
    }

    private SourceNode map(Place place, int depth) {
        checkDepth(place, depth);
        var entries = new ArrayList<Entry>();
        Set<String> seen = new HashSet<>();
        while (!events.checkEvent(Event.ID.MappingEnd)) {
            var keyEvent = events.peekEvent();
            boolean ignored =
                    keyEvent instanceof ScalarEvent scalar && "!ignore".equals(scalar.getTag());
            var keyPlace = place(keyEvent.getStartMark());
            var key = keyText(node(depth + 1), keyPlace);
            path.add(key);
            if (!ignored && !seen.add(key)) {
                duplicate(key, keyPlace);
            }
            var value = node(depth + 1);
            path.removeLast();
            if (!ignored) {
                entries.add(new Entry(key, keyPlace, value));
            }
        }
        events.getEvent();
        return new MapNode(place, entries);
    }

    private String keyText(SourceNode key, Place place) {
        return switch (key) {
            case TextNode text -> text.text();
            case BoolNode bool -> bool.written();
            case SourceNode.NumberNode number -> number.text();
            case NullNode _ -> "null";
            case MapNode _, ListNode _ ->
                    throw new Unreadable(
                            place,
                            SourcePaths.join(path),
                            key.described() + " cannot be the name of a field",
                            "quote it if it is a template: \"{{ … }}\"");
        };
    }

    private void duplicate(String key, Place place) {
        diagnostics.warning(
                new Diagnostic(
                        Severity.WARNING,
                        place,
                        SourcePaths.join(path),
                        "\""
                                + key
                                + "\" occurs twice in this map: this one wins, silently in Envoy",
                        "remove one of the two"));
    }

    private void checkDepth(Place place, int depth) {
        if (depth > MAX_DEPTH) {
            throw new Unreadable(
                    place, "", "nested deeper than " + MAX_DEPTH + " levels", "check the indent");
        }
    }

    private Place place(Mark mark) {
        return new Place(file, linesBefore + mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** Ends the reading; never leaves {@link #read}. */
    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Place place;
        private final String path;
        private final String problem;
        private final String cure;

        Unreadable(Place place, String path, String problem, String cure) {
            super(problem, null, false, false);
            this.place = place;
            this.path = path;
            this.problem = problem;
            this.cure = cure;
        }
    }
}
