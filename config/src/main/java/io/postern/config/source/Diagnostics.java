package io.postern.config.source;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Collects findings of one load, so that all of them are told at once.
 *
 * <p>Confined to the loading thread. Bounded: a generated configuration can be wrong in a hundred
 * thousand places, of which nobody reads more than the first few.
 */
public final class Diagnostics {
    /** More findings of one severity than this are only counted. */
    static final int LIMIT = 100;

    private final List<Diagnostic> errors = new ArrayList<>();
    private final List<Diagnostic> warnings = new ArrayList<>();
    private int errorCount;
    private int warningCount;

    /** Something that makes the configuration unusable. */
    public void error(Spot spot, String message, String cure) {
        error(new Diagnostic(Severity.ERROR, spot.place(), spot.path(), message, cure));
    }

    /** As above, without a known cure. */
    public void error(Spot spot, String message) {
        error(spot, message, "");
    }

    /** As above, ready-made. */
    public void error(Diagnostic diagnostic) {
        if (++errorCount <= LIMIT) {
            errors.add(diagnostic);
        }
    }

    /** Something that works, though probably not as meant. */
    public void warning(Spot spot, String message, String cure) {
        warning(new Diagnostic(Severity.WARNING, spot.place(), spot.path(), message, cure));
    }

    /** As above, ready-made. */
    public void warning(Diagnostic diagnostic) {
        if (++warningCount <= LIMIT) {
            warnings.add(diagnostic);
        }
    }

    /** Whether there was an error. */
    public boolean hasErrors() {
        return errorCount > 0;
    }

    /** Errors in the order of the text. */
    public List<Diagnostic> errors() {
        return withCount(errors, errorCount);
    }

    /** Warnings in the order of the text. */
    public List<Diagnostic> warnings() {
        return withCount(warnings, warningCount);
    }

    private static List<Diagnostic> inOrder(List<Diagnostic> found) {
        if (found.size() < 2) {
            return List.copyOf(found);
        }
        return found.stream()
                .sorted(
                        Comparator.comparing((Diagnostic finding) -> finding.place().file())
                                .thenComparingInt(finding -> finding.place().line())
                                .thenComparingInt(finding -> finding.place().column()))
                .toList();
    }

    private static List<Diagnostic> withCount(List<Diagnostic> shown, int count) {
        if (count <= shown.size()) {
            return inOrder(shown);
        }
        var all = new ArrayList<>(inOrder(shown));
        var last = shown.getLast();
        var rest = "and " + (count - shown.size()) + " more that are not shown";
        all.add(new Diagnostic(last.severity(), Place.of(last.place().file()), "", rest, ""));
        return List.copyOf(all);
    }
}
