package io.postern.filters.wasm.expr;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelVariableResolver;
import java.util.Optional;

/** An expression that was compiled. Thread-safe: immutable. */
public final class Expression {
    private final CelRuntime.Program program;

    Expression(CelRuntime.Program program) {
        this.program = program;
    }

    /** What came of an evaluation. */
    public sealed interface Result {
        /** A String, byte[], number, Boolean, Instant, Duration, List or Map. */
        record Value(Object value) implements Result {}

        /** Null, or something else that has no serialised form. */
        record NoValue() implements Result {}

        /** It could not be evaluated. */
        record Failed(String reason) implements Result {}
    }

    /** Evaluates it. */
    public Result evaluate(Attributes attributes) {
        CelVariableResolver variables =
                name -> Optional.ofNullable(AttributeMap.value(attributes, name));
        try {
            return result(program.eval(variables));
        } catch (CelEvaluationException e) {
            return new Result.Failed(String.valueOf(e.getMessage()));
        }
    }

    private static Result result(Object value) {
        return switch (value) {
            case NullValue _ -> new Result.NoValue();
            case AttributeMap _ -> new Result.NoValue();
            case CelByteString octets -> new Result.Value(octets.toByteArray());
            case UnsignedLong number -> new Result.Value(number.longValue());
            default -> new Result.Value(value);
        };
    }
}
