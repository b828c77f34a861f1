package io.postern.config.envoy;

import com.google.protobuf.Message;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.config.model.RuntimeLayers;
import io.postern.config.source.Spot;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What resources refer to by name, found in what was delivered so far; whoever implements it
 * remembers what was asked for; by default nothing is waited for or remembered. Confined to the
 * loading thread.
 */
public interface References {
    /** A resource and where it stands. */
    record Found(Message message, Spot spot) {}

    /**
     * The resource, already checked; null: it is not there, and the translator goes on with an
     * empty one that is not served.
     *
     * @param source null: among the static resources
     */
    @Nullable Found find(ResourceType type, @Nullable ConfigSource source, String name);

    /** The same, of something that can be done without: nobody waits for it. */
    default @Nullable Found findNow(ResourceType type, @Nullable ConfigSource source, String name) {
        return find(type, source, name);
    }

    /**
     * All there are in {@code collection}: of virtual hosts the name of their route table, of
     * scopes nothing. Nothing at all when it is not there yet.
     */
    List<Found> findAll(ResourceType type, @Nullable ConfigSource source, String collection);

    /** Every cluster there is, for routes that name one. */
    Set<String> clusterNames();

    /** What stands in for configured numbers; who asks is translated again when it changes. */
    default RuntimeLayers runtime() {
        return RuntimeLayers.DEFAULT;
    }

    /** Makes something once per key, for as long as it is used: unchanged input, same object. */
    default <T> T remember(Object key, Supplier<T> make) {
        return make.get();
    }
}
