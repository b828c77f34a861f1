package io.postern.xds.resources.attach;

import io.postern.config.source.Diagnostic;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Severity;
import io.postern.xds.resources.DocumentStatus;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The status of one document while it is found out. */
public final class StatusDraft {
    private record ParentKey(String parent, String section, int port) {}

    private final Document document;
    private final Conditions conditions = new Conditions();
    private final Map<ParentKey, Conditions> parents = new LinkedHashMap<>();
    private final List<DocumentStatus.Listener> listeners = new ArrayList<>();
    private final Set<Diagnostic> findings = new LinkedHashSet<>();

    StatusDraft(Document document) {
        this.document = document;
        findings.addAll(document.warnings());
    }

    /** Of the document as a whole. */
    public Conditions conditions() {
        return conditions;
    }

    /** Of one parent or target. */
    public Conditions parent(String parent, String section, int port) {
        return parents.computeIfAbsent(new ParentKey(parent, section, port), _ -> new Conditions());
    }

    /** Every parent that was mentioned. */
    public List<Conditions> parents() {
        return List.copyOf(parents.values());
    }

    /** Adds the status of a listener. */
    public void listener(String name, int routes, List<String> kinds, Conditions of) {
        var ordered =
                of.inOrder(
                        Conditions.ACCEPTED,
                        Conditions.PROGRAMMED,
                        Conditions.RESOLVED_REFS,
                        Conditions.CONFLICTED);
        listeners.add(new DocumentStatus.Listener(name, routes, kinds, ordered));
    }

    /** Something that is not served as written. */
    public void error(Tree at, String message, String cure) {
        add(Severity.ERROR, at, message, cure);
    }

    /** Something that probably is not meant so. */
    public void warning(Tree at, String message, String cure) {
        add(Severity.WARNING, at, message, cure);
    }

    /** As above, ready-made. */
    public void error(Diagnostic finding) {
        findings.add(finding);
    }

    private void add(Severity severity, Tree at, String message, String cure) {
        findings.add(new Diagnostic(severity, at.spot().place(), at.spot().path(), message, cure));
    }

    DocumentStatus finish() {
        var found = new Diagnostics();
        for (var finding : findings) {
            if (finding.severity() == Severity.ERROR) {
                found.error(finding);
            } else {
                found.warning(finding);
            }
        }
        var all = new ArrayList<>(found.errors());
        all.addAll(found.warnings());
        var order =
                new String[] {Conditions.ACCEPTED, Conditions.RESOLVED_REFS, Conditions.PROGRAMMED};
        return new DocumentStatus(
                document.key(),
                document.place(),
                conditions.inOrder(order),
                parents.entrySet().stream()
                        .map(entry ->
                                new DocumentStatus.Parent(
                                        entry.getKey().parent(),
                                        entry.getKey().section(),
                                        entry.getKey().port(),
                                        entry.getValue().inOrder(order)))
                        .toList(),
                listeners,
                all);
    }
}
