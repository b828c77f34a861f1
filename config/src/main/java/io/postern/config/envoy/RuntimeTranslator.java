package io.postern.config.envoy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import io.postern.config.model.ResourceType;
import io.postern.config.model.RouteMatch.Fraction;
import io.postern.config.model.RuntimeLayers;
import io.postern.config.model.RuntimeLayers.Discovered;
import io.postern.config.model.RuntimeLayers.Layer;
import io.postern.config.model.RuntimeValue;
import io.postern.config.source.Spot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Translates {@code envoy.config.bootstrap.v3.LayeredRuntime} and what RTDS delivers. */
final class RuntimeTranslator {
    private static final String LAYER = "envoy.config.bootstrap.v3.RuntimeLayer";

    private final Translation translation;

    RuntimeTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of("envoy.config.bootstrap.v3.LayeredRuntime").reads("layers"),
                MessageSupport.of(LAYER)
                        .reads("name", "admin_layer", "rtds_layer")
                        .opaque("static_layer"),
                MessageSupport.of(LAYER + ".AdminLayer"),
                MessageSupport.of(LAYER + ".RtdsLayer").reads("name", "rtds_config"),
                MessageSupport.of(ResourceType.RUNTIME.message()).reads("name").opaque("layer"));
    }

    RuntimeLayers translate(Bootstrap bootstrap, Spot spot) {
        if (bootstrap.getLayeredRuntime().getLayersCount() == 0) {
            return RuntimeLayers.DEFAULT;
        }
        var at = spot.field("layered_runtime").field("layers");
        Set<String> names = new HashSet<>();
        List<Layer> layers = new ArrayList<>();
        var messages = bootstrap.getLayeredRuntime().getLayersList();
        for (int i = 0; i < messages.size(); i++) {
            if (!names.add(messages.get(i).getName())) {
                translation.error(
                        at.index(i).field("name"),
                        "two runtime layers are named \"" + messages.get(i).getName() + "\"");
            }
            Layer layer = layer(messages.get(i), at.index(i));
            if (layer.admin() && layers.stream().anyMatch(Layer::admin)) {
                translation.error(
                        at.index(i).field("admin_layer"), "a second admin layer (expected: one)");
            }
            layers.add(layer);
        }
        return new RuntimeLayers(layers);
    }

    private Layer layer(RuntimeLayer layer, Spot spot) {
        String name = layer.getName();
        return switch (layer.getLayerSpecifierCase()) {
            case STATIC_LAYER ->
                    new Layer(
                            name,
                            false,
                            null,
                            values(layer.getStaticLayer(), spot.field("static_layer")));
            case ADMIN_LAYER -> new Layer(name, true, null, Map.of());
            case RTDS_LAYER -> {
                var rtds = layer.getRtdsLayer();
                var at = spot.field("rtds_layer");
                var source =
                        new ConfigSourceTranslator(translation)
                                .translate(rtds.getRtdsConfig(), null, at.field("rtds_config"));
                yield new Layer(
                        name,
                        false,
                        source == null ? null : new Discovered(rtds.getName(), source),
                        Map.of());
            }
            case DISK_LAYER, LAYERSPECIFIER_NOT_SET -> {
                translation.error(
                        spot,
                        "a runtime layer without values",
                        "use static_layer, admin_layer or rtds_layer");
                yield new Layer(name, false, null, Map.of());
            }
        };
    }

    /** What a delivered layer says. */
    Map<String, RuntimeValue> values(Runtime runtime, Spot spot) {
        return values(runtime.getLayer(), spot.field("layer"));
    }

    private Map<String, RuntimeValue> values(Struct layer, Spot spot) {
        Map<String, RuntimeValue> values = new LinkedHashMap<>();
        layer.getFieldsMap().forEach((key, value) -> add(key, value, values, spot));
        return values;
    }

    // {a: {b: 1}} is the key a.b
    private void add(String key, Value value, Map<String, RuntimeValue> values, Spot spot) {
        switch (value.getKindCase()) {
            case NUMBER_VALUE -> values.put(key, RuntimeValue.of(text(value.getNumberValue())));
            case BOOL_VALUE ->
                    values.put(key, RuntimeValue.of(Boolean.toString(value.getBoolValue())));
            case STRING_VALUE -> values.put(key, RuntimeValue.of(value.getStringValue()));
            case STRUCT_VALUE -> {
                Struct struct = value.getStructValue();
                if (struct.getFieldsCount() == 0
                        || struct.containsFields("numerator")
                        || struct.containsFields("denominator")) {
                    values.put(key, share(struct));
                } else {
                    struct.getFieldsMap()
                            .forEach((name, inner) -> add(key + "." + name, inner, values, spot));
                }
            }
            case LIST_VALUE, NULL_VALUE, KIND_NOT_SET ->
                    translation.error(
                            spot,
                            "the runtime value " + key + " is a list or null",
                            "expected: a number, a text, true, false or a fraction");
        }
    }

    private static String text(double number) {
        boolean whole = number == Math.rint(number) && Math.abs(number) < 1e15;
        return whole ? Long.toString((long) number) : Double.toString(number);
    }

    private static RuntimeValue share(Struct struct) {
        double numerator =
                struct.getFieldsOrDefault("numerator", Value.getDefaultInstance()).getNumberValue();
        String unit =
                struct.getFieldsOrDefault("denominator", Value.getDefaultInstance())
                        .getStringValue();
        int denominator =
                switch (unit) {
                    case "TEN_THOUSAND" -> 10_000;
                    case "MILLION" -> 1_000_000;
                    default -> 100;
                };
        return new RuntimeValue(
                StructJson.write(struct), null, new Fraction((int) numerator, denominator));
    }
}
