package io.postern.xds.resources.rollout;

import com.google.protobuf.Any;
import io.postern.xds.resources.Audience;
import java.util.Map;

/**
 * One version of a plugin or policy: everything that its filter is configured with, code included.
 * Thread-safe: immutable.
 *
 * @param id the first digits of the code's sha256 and of the configuration's: {@code
 *     3fa9c1d2e4b5-9c1d2e}
 * @param configs the filter's configuration for Envoys and for Posterns, as far as there is one
 */
public record TriedVersion(String id, Map<Audience, Any> configs) {
    public TriedVersion {
        configs = Map.copyOf(configs);
    }
}
