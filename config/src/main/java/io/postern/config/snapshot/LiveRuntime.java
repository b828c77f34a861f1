package io.postern.config.snapshot;

import io.postern.config.envoy.ResourceTranslator;
import io.postern.config.model.ResourceType;
import io.postern.config.model.RuntimeLayers;
import io.postern.config.model.RuntimeLayers.Discovered;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The runtime layers as they are now. Control thread, but for {@link #layers}. */
final class LiveRuntime {
    private final ResourceTranslator translator;
    private final Map<Discovered, Delivered> taken = new HashMap<>();
    private volatile RuntimeLayers layers;

    /**
     * @param configured those that are delivered are still empty
     */
    LiveRuntime(RuntimeLayers configured, ResourceTranslator translator) {
        this.layers = configured;
        this.translator = translator;
    }

    /** Any thread. */
    RuntimeLayers layers() {
        return layers;
    }

    /** What is to be delivered. */
    Set<Reference> references() {
        Set<Reference> all = new LinkedHashSet<>();
        for (RuntimeLayers.Layer layer : layers.layers()) {
            Discovered from = layer.from();
            if (from != null) {
                all.add(reference(from));
            }
        }
        return all;
    }

    private static Reference reference(Discovered from) {
        return new Reference(ResourceType.RUNTIME, from.source(), from.resource());
    }

    /** What may still come. */
    Set<Reference> missing(Library library) {
        Set<Reference> missing = references();
        missing.removeIf(one -> !library.isAwaited(one));
        return missing;
    }

    /** Takes what was delivered. */
    RuntimeLayers refresh(Library library) {
        for (RuntimeLayers.Layer layer : layers.layers()) {
            Discovered from = layer.from();
            Delivered now = from == null ? null : library.get(reference(from));
            if (from != null && now != null && !now.equals(taken.put(from, now))) {
                var values = translator.runtime(now.message(), now.spot(), library);
                layers = layers.delivered(from, values);
            }
        }
        return layers;
    }

    /** Changes the admin layer. */
    void modify(Map<String, String> changes) {
        layers = layers.modified(changes);
    }
}
