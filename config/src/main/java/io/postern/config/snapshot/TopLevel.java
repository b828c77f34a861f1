package io.postern.config.snapshot;

import io.postern.config.model.RuntimeLayers;
import io.postern.config.source.Diagnostic;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Report;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A cluster or listener: what was delivered last, and what is served.
 *
 * <pre>
 *  delivered --what it refers to is missing--> warming --it came--> assembled --applied--> served
 *      |                                                               |
 *      +---------------- refused: what is served stays ----------------+
 * </pre>
 *
 * <p>Control thread.
 */
final class TopLevel<M> {
    /** Makes a model of a message. */
    interface Translator<M> {
        M translate(Delivered from, Diagnostics diagnostics);
    }

    private final Memory memory = new Memory();
    private Delivered delivered;
    private @Nullable Delivered servedFrom;
    private @Nullable M assembled;
    private @Nullable M served;
    private Map<Reference, @Nullable Delivered> asked = Map.of();
    private Map<Reference, @Nullable Delivered> askedByServed = Map.of();
    private Set<Reference> missing = Set.of();
    private @Nullable RuntimeLayers runtime;
    private @Nullable RuntimeLayers runtimeOfServed;
    private @Nullable Rejection rejection;

    TopLevel(Delivered delivered) {
        this.delivered = delivered;
    }

    Delivered delivered() {
        return delivered;
    }

    /** Null: it waits, or it was refused, and nothing was served before it. */
    @Nullable Delivered servedFrom() {
        return servedFrom;
    }

    @Nullable Rejection rejection() {
        return rejection;
    }

    /** Whether the version that came last is the one that is served. */
    boolean isServedAsDelivered() {
        return rejection == null && servedFrom != null && servedFrom.equals(delivered);
    }

    boolean isWarming() {
        return !missing.isEmpty();
    }

    Set<Reference> missing() {
        return missing;
    }

    /** A new version; the same message again changes nothing, not even its version, as in Envoy. */
    void deliver(Delivered next) {
        rejection = null;
        if (next.saysTheSame(delivered)) {
            return;
        }
        assembled = null;
        delivered = servedFrom != null && servedFrom.saysTheSame(next) ? servedFrom : next;
    }

    /** A version that is wrong in itself. */
    void refuse(Rejection refused) {
        rejection = refused;
    }

    /**
     * Translates if it, or what it refers to, has changed.
     *
     * @return what is wrong; null: nothing
     */
    @Nullable String assemble(Library library, Translator<M> translator) {
        refreshServed(library, translator);
        if (assembled != null && missing.isEmpty() && isUpToDate(library, asked, runtime)) {
            return null;
        }
        library.takeAsked();
        library.takeMissing();
        library.takeRuntime();
        library.remembering(memory);
        memory.begin();
        var diagnostics = new Diagnostics();
        M made = translator.translate(delivered, diagnostics);
        asked = library.takeAsked();
        missing = library.takeMissing();
        runtime = library.takeRuntime();
        if (diagnostics.hasErrors()) {
            memory.undo();
            assembled = null;
            return text(diagnostics);
        }
        assembled = made;
        return null;
    }

    // While the next version waits, what the served one refers to changes as before.
    private void refreshServed(Library library, Translator<M> translator) {
        Delivered from = servedFrom;
        if (from == null
                || from.saysTheSame(delivered)
                || isUpToDate(library, askedByServed, runtimeOfServed)) {
            return;
        }
        library.takeAsked();
        library.takeMissing();
        library.takeRuntime();
        library.remembering(memory);
        memory.begin();
        var diagnostics = new Diagnostics();
        M made = translator.translate(from, diagnostics);
        Map<Reference, @Nullable Delivered> read = library.takeAsked();
        Set<Reference> lost = library.takeMissing();
        RuntimeLayers values = library.takeRuntime();
        if (diagnostics.hasErrors() || !lost.isEmpty()) {
            memory.undo();
        } else {
            served = made;
            askedByServed = read;
            runtimeOfServed = values;
        }
    }

    private static boolean isUpToDate(
            Library library,
            Map<Reference, @Nullable Delivered> asked,
            @Nullable RuntimeLayers read) {
        if (read != null && !library.isRuntime(read)) {
            return false;
        }
        for (var entry : asked.entrySet()) {
            Delivered now = library.get(entry.getKey());
            Delivered then = entry.getValue();
            if (now == null
                    ? then != null
                    : then == null || !now.message().equals(then.message())) {
                return false;
            }
        }
        return true;
    }

    static String text(Diagnostics diagnostics) {
        return diagnostics.errors().stream().map(TopLevel::text).collect(Collectors.joining("; "));
    }

    private static String text(Diagnostic finding) {
        return Report.text(finding).replaceFirst("^ERROR ", "");
    }

    /** What to serve: the new version when it is complete, the last good one otherwise, or null. */
    @Nullable M candidate() {
        return assembled != null && missing.isEmpty() ? assembled : served;
    }

    /** The candidate is served. */
    void applied() {
        if (assembled != null && missing.isEmpty()) {
            served = assembled;
            servedFrom = delivered;
            askedByServed = asked;
            runtimeOfServed = runtime;
        }
    }

    /** The candidate cannot be served: back to the last good one. */
    void failed(Rejection refused) {
        rejection = refused;
        if (servedFrom != null) {
            delivered = servedFrom;
            assembled = served;
            asked = askedByServed;
            runtime = runtimeOfServed;
        } else {
            assembled = null;
        }
        missing = Set.of();
    }

    /** What it needs delivered, for what is served and for what is to be. */
    Set<Reference> references() {
        var all = new LinkedHashSet<>(asked.keySet());
        all.addAll(new LinkedHashMap<>(askedByServed).keySet());
        return all;
    }
}
