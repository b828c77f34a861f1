package io.postern.xds.oci.registry;

import java.net.URI;

/**
 * Where a registry, or its mirror, answers. Immutable.
 *
 * @param host {@code host[:port]} as credentials are kept for it
 * @param base {@code http[s]://host[:port]}
 * @param prefix what a mirror puts before repositories, with a slash at its end; may be empty
 */
public record Endpoint(String host, URI base, String prefix) {
    /** Whether it speaks HTTP without TLS, which somebody asked for. */
    boolean plain() {
        return "http".equals(base.getScheme());
    }

    /** {@code /v2/REPOSITORY/…} there. */
    URI at(String repository, String rest) {
        return base.resolve("/v2/" + prefix + repository + rest);
    }

    /** The repository as this endpoint calls it. */
    String scoped(String repository) {
        return prefix + repository;
    }
}
