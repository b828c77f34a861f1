package io.postern.core.route;

import io.postern.config.model.PathMatcher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one virtual host by path. Asked for the first route after a given one whose path
 * matches, so that the order of the routes is kept however they are found. Thread-safe: immutable.
 */
final class PathIndex {
    static final int NONE = Integer.MAX_VALUE;

    private final Group[] groups;
    private final int[] others;

    /** Routes in their order. */
    PathIndex(List<PathMatcher> paths) {
        var unindexed = new ArrayList<Integer>();
        Map<Kind, Map<String, List<Integer>>> keys = new EnumMap<>(Kind.class);
        for (int i = 0; i < paths.size(); i++) {
            Key key = Key.of(paths.get(i));
            if (key == null) {
                unindexed.add(i);
            } else {
                keys.computeIfAbsent(key.kind, _ -> new LinkedHashMap<>())
                        .computeIfAbsent(key.text, _ -> new ArrayList<>())
                        .add(i);
            }
        }
        this.groups =
                keys.entrySet().stream()
                        .map(entry -> new Group(entry.getKey(), entry.getValue()))
                        .toArray(Group[]::new);
        this.others = unindexed.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * The first route after {@code after} whose path matches or has to be asked itself (a regular
     * expression, CONNECT), or {@link #NONE}. A negative length: there is no path.
     */
    int next(byte[] octets, int start, int length, int after) {
        int first = firstAfter(others, after);
        if (length >= 0) {
            for (Group group : groups) {
                first = Math.min(first, group.next(octets, start, length, after));
            }
        }
        return first;
    }

    private static int firstAfter(int[] ascending, int after) {
        int low = 0;
        int high = ascending.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending[middle] > after) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low < ascending.length ? ascending[low] : NONE;
    }

    private enum Extent {
        WHOLE,
        PREFIX,
        SEPARATED
    }

    /** How routes of a group compare paths; not a record, whose hash takes a start 10 ms. */
    private enum Kind {
        WHOLE(Extent.WHOLE, false),
        WHOLE_FOLDED(Extent.WHOLE, true),
        PREFIX(Extent.PREFIX, false),
        PREFIX_FOLDED(Extent.PREFIX, true),
        SEPARATED(Extent.SEPARATED, false),
        SEPARATED_FOLDED(Extent.SEPARATED, true);

        private final Extent extent;
        private final boolean fold;

        Kind(Extent extent, boolean fold) {
            this.extent = extent;
            this.fold = fold;
        }

        static Kind of(Extent extent, boolean fold) {
            return switch (extent) {
                case WHOLE -> fold ? WHOLE_FOLDED : WHOLE;
                case PREFIX -> fold ? PREFIX_FOLDED : PREFIX;
                case SEPARATED -> fold ? SEPARATED_FOLDED : SEPARATED;
            };
        }
    }

    private record Key(Kind kind, String text) {
        static @Nullable Key of(PathMatcher path) {
            return switch (path) {
                case PathMatcher.Exact(String text, boolean caseSensitive) ->
                        of(Extent.WHOLE, text, caseSensitive);
                case PathMatcher.Prefix(String text, boolean caseSensitive) ->
                        of(Extent.PREFIX, text, caseSensitive);
                case PathMatcher.SeparatedPrefix(String text, boolean caseSensitive) ->
                        of(Extent.SEPARATED, text, caseSensitive);
                case PathMatcher.Regex _, PathMatcher.Connect _ -> null;
            };
        }

        private static Key of(Extent extent, String text, boolean caseSensitive) {
            Function<String, String> form = caseSensitive ? t -> t : PathIndex::asciiLower;
            return new Key(Kind.of(extent, !caseSensitive), form.apply(text));
        }
    }

    private static String asciiLower(String text) {
        // only ASCII letters have two cases in a path
        return text.chars().allMatch(c -> c < 0x80)
                ? text.toLowerCase(Locale.ROOT)
                : text.chars()
                        .map(c -> c >= 'A' && c <= 'Z' ? c + 32 : c)
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
    }

    /** Routes with the same kind of path match. */
    private static final class Group {
        private final Extent extent;
        private final OctetTable table;
        private final int[][] routes;

        Group(Kind kind, Map<String, List<Integer>> byText) {
            this.extent = kind.extent;
            var keys = new ArrayList<byte[]>();
            this.routes = new int[byText.size()][];
            for (var entry : byText.entrySet()) {
                routes[keys.size()] = entry.getValue().stream().mapToInt(i -> i).toArray();
                keys.add(entry.getKey().getBytes(StandardCharsets.UTF_8));
            }
            this.table = new OctetTable(keys, kind.fold, false);
        }

        int next(byte[] octets, int start, int length, int after) {
            if (extent == Extent.WHOLE) {
                int key = table.whole(octets, start, length);
                return key < 0 ? NONE : firstAfter(routes[key], after);
            }
            int first = NONE;
            int hash = 0;
            int bound = Math.min(table.lengthBound() - 1, length);
            for (int size = 0; size <= bound; size++) {
                if (table.hasLength(size) && endsAt(octets, start, length, size)) {
                    int key = table.find(hash, octets, start, size);
                    first = key < 0 ? first : Math.min(first, firstAfter(routes[key], after));
                }
                if (size < bound) {
                    hash = table.grow(hash, octets[start + size]);
                }
            }
            return first;
        }

        private boolean endsAt(byte[] octets, int start, int length, int size) {
            return extent == Extent.PREFIX || size == length || octets[start + size] == '/';
        }
    }
}
