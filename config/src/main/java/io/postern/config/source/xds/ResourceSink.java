package io.postern.config.source.xds;

import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import java.util.List;

/** Takes what arrives. Called on the control thread. */
public interface ResourceSink {
    /**
     * Applies what can be applied.
     *
     * @return what could not, with the reasons; empty: everything was accepted
     */
    List<String> onUpdate(ConfigSource source, ResourceType type, Update update);

    /** The source cannot be reached now, or says nothing sensible; it is tried again. */
    void onFailure(ConfigSource source, ResourceType type, String reason);
}
