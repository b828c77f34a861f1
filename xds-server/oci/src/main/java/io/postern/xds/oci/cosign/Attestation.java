package io.postern.xds.oci.cosign;

import java.util.List;

/**
 * What somebody says about an artifact. Immutable.
 *
 * @param type its predicate type, {@code https://slsa.dev/provenance/v1} for example, or a media
 *     type
 * @param where it was found
 * @param by who of those that count signed it, about this artifact; empty: nobody of them
 * @param details what it says, a line each, for people
 */
public record Attestation(String type, String where, String by, List<String> details) {
    public Attestation {
        details = List.copyOf(details);
    }

    /** Whether somebody signed it who counts. */
    public boolean signed() {
        return !by.isEmpty();
    }
}
