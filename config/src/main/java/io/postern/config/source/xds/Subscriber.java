package io.postern.config.source.xds;

import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import java.util.Set;

/** Asks for resources. Control thread. */
public interface Subscriber {
    /** Asks {@code source} for exactly these resources of {@code type}, from now on. */
    void want(ConfigSource source, ResourceType type, Wanted wanted);

    /**
     * These are here without having been delivered on a stream: a server that sends differences is
     * told their names, so that it can say which of them there are no more.
     */
    void held(ConfigSource source, ResourceType type, Set<String> names);

    /** This one is not here any more, though nobody has removed it. */
    void lost(ConfigSource source, ResourceType type, String name);
}
