package io.postern.config.envoy;

import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.core.v3.RuntimeUInt32;
import io.postern.config.model.RouteMatch.Fraction;
import io.postern.config.model.RuntimeValue;
import io.postern.config.source.Spot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads numbers for which a runtime value may stand in. */
final class RuntimeReader {
    private static final String CORE = "envoy.config.core.v3.";

    private final Translation translation;

    RuntimeReader(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(CORE + "RuntimeFractionalPercent")
                        .reads("default_value", "runtime_key"),
                MessageSupport.of(CORE + "RuntimeUInt32").reads("default_value", "runtime_key"),
                MessageSupport.of("envoy.type.v3.FractionalPercent")
                        .reads("numerator", "denominator"));
    }

    Fraction fraction(RuntimeFractionalPercent percent, Spot spot) {
        var byDefault =
                new CommonTranslator(translation)
                        .fraction(percent.getDefaultValue(), spot.field("default_value"));
        RuntimeValue now = find(percent.getRuntimeKey());
        Fraction given = now == null ? null : now.fraction();
        return given == null ? byDefault : given;
    }

    long number(RuntimeUInt32 number) {
        return number(number.getRuntimeKey(), Integer.toUnsignedLong(number.getDefaultValue()));
    }

    /** The whole number under {@code key}, or what is configured. */
    long number(String key, long configured) {
        RuntimeValue now = find(key);
        Long given = now == null ? null : now.whole();
        return given == null ? configured : given;
    }

    private @Nullable RuntimeValue find(String key) {
        return key.isEmpty() ? null : translation.references().runtime().find(key);
    }
}
