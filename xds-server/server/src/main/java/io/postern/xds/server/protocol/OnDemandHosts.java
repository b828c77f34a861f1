package io.postern.xds.server.protocol;

import io.postern.xds.server.content.Domains;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Hosts that a node asks for when a request for them comes ({@code TABLE/HOST}), and which virtual
 * hosts serve them: these are sent with those names as aliases, and a host that nothing serves as a
 * resource without content. Source: Envoy's xDS protocol, "On-demand VHDS".
 *
 * <p>Confined to its stream.
 */
final class OnDemandHosts {
    private static final String NOBODY = "";

    private final Map<String, String> resources = new TreeMap<>();
    private final Map<String, List<String>> aliases = new HashMap<>();

    boolean isEmpty() {
        return resources.isEmpty();
    }

    /** Whether a virtual host serves one of them. */
    boolean isServedBy(String resource) {
        return aliases.containsKey(resource);
    }

    /** By which of them a virtual host was asked for. */
    List<String> aliasesOf(String resource) {
        return aliases.getOrDefault(resource, List.of());
    }

    /**
     * One is asked for.
     *
     * @return the virtual host that serves it; empty: none does
     */
    String ask(String host, Domains domains) {
        forget(List.of(host));
        String found = domains.find(host);
        String resource = found == null ? NOBODY : found;
        resources.put(host, resource);
        if (!resource.equals(NOBODY)) {
            aliases.computeIfAbsent(resource, _ -> new ArrayList<>()).add(host);
        }
        return resource;
    }

    /** They are not asked for any more. */
    void forget(Collection<String> hosts) {
        for (String host : hosts) {
            String resource = resources.remove(host);
            if (resource != null) {
                aliases.computeIfPresent(
                        resource,
                        (_, all) -> {
                            all.remove(host);
                            return all.isEmpty() ? null : all;
                        });
            }
        }
    }

    /** Those that another virtual host serves by now, or none. */
    List<String> moved(Domains domains) {
        List<String> moved = new ArrayList<>();
        resources.forEach((host, resource) -> {
            String found = domains.find(host);
            if (!resource.equals(found == null ? NOBODY : found)) {
                moved.add(host);
            }
        });
        return moved;
    }
}
