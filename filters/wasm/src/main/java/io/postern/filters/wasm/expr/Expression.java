package io.postern.filters.wasm.expr;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelUnknownSet;
import dev.cel.runtime.CelVariableResolver;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An expression that was compiled. Thread-safe: immutable. */
public final class Expression {
    private final CelRuntime.@Nullable Program program;
    private final String reason;

    Expression(CelRuntime.Program program) {
        this.program = program;
        this.reason = "";
    }

    /** One that cannot be evaluated, whatever the attributes are. */
    Expression(String reason) {
        this.program = null;
        this.reason = reason;
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
        if (program == null) {
            return new Result.Failed(reason);
        }
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
            case CelUnknownSet _ -> new Result.Failed("an attribute that is not there");
            case NullValue _ -> new Result.NoValue();
            case AttributeMap group -> whole(group);
            case CelByteString octets -> new Result.Value(octets.toByteArray());
            case UnsignedLong number -> new Result.Value(number.longValue());
            default -> new Result.Value(value);
        };
    }

    private static Result whole(AttributeMap group) {
        byte[] octets = group.octets();
        return octets == null ? new Result.NoValue() : new Result.Value(octets);
    }
}
