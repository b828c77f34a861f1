package io.postern.xds.resources;

import io.postern.config.source.Diagnostic;
import io.postern.config.source.Place;
import java.util.List;

/**
 * What became of one document.
 *
 * <p>Thread-safe: immutable.
 *
 * @param key of a document that could not be read so far: with empty parts
 * @param place where the document begins
 * @param conditions of the document as a whole; of routes each parent has its own
 * @param parents of routes and policies: one for each parentRef or target
 * @param listeners of Gateways
 * @param findings errors and warnings with their places, in the order of the text
 */
public record DocumentStatus(
        DocumentKey key,
        Place place,
        List<Condition> conditions,
        List<Parent> parents,
        List<Listener> listeners,
        List<Diagnostic> findings) {
    public DocumentStatus {
        conditions = List.copyOf(conditions);
        parents = List.copyOf(parents);
        listeners = List.copyOf(listeners);
        findings = List.copyOf(findings);
    }

    /**
     * What a parent says of a route, or a target of a policy.
     *
     * @param parent {@code Gateway default/edge}
     * @param sectionName a listener of it, or empty
     * @param port of the parentRef; 0: none
     */
    public record Parent(String parent, String sectionName, int port, List<Condition> conditions) {
        public Parent {
            conditions = List.copyOf(conditions);
        }
    }

    /**
     * What became of one listener.
     *
     * @param name of the listener
     * @param attachedRoutes how many routes are attached
     * @param supportedKinds {@code HTTPRoute}
     */
    public record Listener(
            String name,
            int attachedRoutes,
            List<String> supportedKinds,
            List<Condition> conditions) {
        public Listener {
            supportedKinds = List.copyOf(supportedKinds);
            conditions = List.copyOf(conditions);
        }
    }

    /** Whether something of it is not served as written. */
    public boolean hasErrors() {
        return findings.stream()
                .anyMatch(finding -> finding.severity() == io.postern.config.source.Severity.ERROR);
    }
}
