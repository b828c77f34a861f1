package io.postern.config.source.xds;

import java.util.List;

/**
 * What one response says.
 *
 * @param full these are all there are (as far as the type allows to say so)
 * @param removed names that are gone
 * @param controlPlane who says so; may be empty
 */
public record Update(
        String version,
        List<Received> resources,
        List<String> removed,
        boolean full,
        String controlPlane) {
    public Update {
        resources = List.copyOf(resources);
        removed = List.copyOf(removed);
    }

    /** Whether what is not named is gone; nothing is when the named are only said to be alive. */
    public boolean saysEverything() {
        return full
                && (resources.isEmpty()
                        || resources.stream().anyMatch(one -> one.message() != null));
    }
}
