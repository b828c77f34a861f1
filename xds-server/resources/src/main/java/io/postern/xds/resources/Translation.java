package io.postern.xds.resources;

import io.postern.xds.resources.rollout.WantedVersion;
import java.util.List;

/**
 * What a set of documents comes to. The same documents in any order give equal translations.
 *
 * <p>Thread-safe: immutable.
 *
 * @param groups sorted by name
 * @param statuses one for each document, sorted by its key and place
 * @param wanted versions that documents ask for where new ones are tried, by filter
 */
public record Translation(
        List<GroupResources> groups, List<DocumentStatus> statuses, List<WantedVersion> wanted) {
    public Translation {
        groups = List.copyOf(groups);
        statuses = List.copyOf(statuses);
        wanted = List.copyOf(wanted);
    }

    /** Whether any document has an error. */
    public boolean hasErrors() {
        return statuses.stream().anyMatch(DocumentStatus::hasErrors);
    }
}
