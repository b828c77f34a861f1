package io.postern.config.source;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** "Did you mean": the known name that is the fewest edits away from a wrong one. */
public final class Nearest {
    private Nearest() {}

    /** {@code did you mean "…"?}, or empty when nothing is near enough. */
    public static String cure(String wrong, Collection<String> known) {
        var nearest = among(wrong, known);
        return nearest == null ? "" : "did you mean \"" + nearest + "\"?";
    }

    /** The nearest of {@code known}; null when none is within a third of the length. */
    public static @Nullable String among(String wrong, Collection<String> known) {
        var lower = wrong.toLowerCase(Locale.ROOT);
        int best = Math.max(2, lower.length() / 3) + 1;
        String nearest = null;
        for (var candidate : known) {
            int distance = distance(lower, candidate.toLowerCase(Locale.ROOT), best);
            if (distance < best) {
                best = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** Edits (insert, delete, replace, swap neighbours), {@code limit} when there are more. */
    private static int distance(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) >= limit) {
            return limit;
        }
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(last[j], row[j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] spare = beforeLast;
            beforeLast = last;
            last = row;
            row = spare;
        }
        return Math.min(last[b.length()], limit);
    }
}
