package io.postern.core.admin;

import io.postern.config.model.RuntimeLayers;
import io.postern.config.model.RuntimeLayers.Layer;
import io.postern.config.model.RuntimeValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** /runtime and /runtime_modify; texts as of Envoy 1.40. */
final class RuntimePage {
    private static final String USAGE =
            """
            usage: /runtime_modify?key1=value1&key2=value2&keyN=valueN
                   or send the parameters as form values
                   use an empty value to remove a previously added override\
            """;

    private RuntimePage() {}

    static Reply show(RuntimeLayers runtime) {
        var keys = new TreeSet<String>();
        runtime.layers().forEach(layer -> keys.addAll(layer.values().keySet()));
        var entries = new LinkedHashMap<String, Object>();
        keys.forEach(key -> entries.put(key, entry(runtime, key)));
        var fields = new LinkedHashMap<String, Object>();
        fields.put("entries", entries);
        fields.put("layers", runtime.layers().stream().map(Layer::name).toList());
        return Reply.json(Json.pretty(fields));
    }

    private static Map<String, Object> entry(RuntimeLayers runtime, String key) {
        List<String> values =
                runtime.layers().stream().map(layer -> text(layer.values().get(key))).toList();
        var fields = new LinkedHashMap<String, Object>();
        fields.put("final_value", text(runtime.find(key)));
        fields.put("layer_values", values);
        return fields;
    }

    private static String text(@Nullable RuntimeValue value) {
        return value == null ? "" : value.text();
    }

    static Reply modify(AdminView view, Query query) {
        if (query.parameters().isEmpty()) {
            return Reply.text(400, USAGE);
        }
        if (!view.runtime().hasAdminLayer()) {
            return Reply.text(503, "No admin layer specified");
        }
        view.modifyRuntime(query.parameters());
        return Reply.ok();
    }
}
