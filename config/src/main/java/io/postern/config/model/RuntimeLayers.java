package io.postern.config.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values by which an operator turns features up and down, layer over layer: the last one that has a
 * key counts. They are read when a resource is translated; when one changes, what asked for it is
 * translated again, so that no request looks one up.
 *
 * <p>Source: {@code envoy.config.bootstrap.v3.LayeredRuntime}.
 */
public record RuntimeLayers(List<Layer> layers) {
    /** Envoy's without a {@code layered_runtime}: an admin layer. */
    public static final RuntimeLayers DEFAULT =
            new RuntimeLayers(List.of(new Layer("", true, null, Map.of())));

    public RuntimeLayers {
        layers = List.copyOf(layers);
    }

    /**
     * One layer.
     *
     * @param admin changed by {@code /runtime_modify}
     * @param from null: its values do not come from elsewhere
     */
    public record Layer(
            String name,
            boolean admin,
            @Nullable Discovered from,
            Map<String, RuntimeValue> values) {
        public Layer {
            values = Map.copyOf(values);
        }

        /** The same layer with other values. */
        Layer with(Map<String, RuntimeValue> others) {
            return new Layer(name, admin, from, others);
        }
    }

    /** A resource of the type {@link ResourceType#RUNTIME}. */
    public record Discovered(String resource, ConfigSource source) {}

    /** The value of {@code key}; null: no layer has it. */
    public @Nullable RuntimeValue find(String key) {
        for (Layer layer : layers.reversed()) {
            RuntimeValue value = layer.values().get(key);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** Whether {@link #modified} can do anything. */
    public boolean hasAdminLayer() {
        return layers.stream().anyMatch(Layer::admin);
    }

    /** With these values in the admin layer; an empty one removes what it had. */
    public RuntimeLayers modified(Map<String, String> changes) {
        return changed(layer -> {
            if (!layer.admin()) {
                return layer;
            }
            Map<String, RuntimeValue> values = new LinkedHashMap<>(layer.values());
            changes.forEach((key, text) -> {
                if (text.isEmpty()) {
                    values.remove(key);
                } else {
                    values.put(key, RuntimeValue.of(text));
                }
            });
            return layer.with(values);
        });
    }

    /** With {@code values} in the layers that come from {@code resource}. */
    public RuntimeLayers delivered(Discovered resource, Map<String, RuntimeValue> values) {
        return changed(layer -> resource.equals(layer.from()) ? layer.with(values) : layer);
    }

    private RuntimeLayers changed(java.util.function.UnaryOperator<Layer> change) {
        var next = new ArrayList<Layer>();
        layers.forEach(layer -> next.add(change.apply(layer)));
        return new RuntimeLayers(next);
    }
}
