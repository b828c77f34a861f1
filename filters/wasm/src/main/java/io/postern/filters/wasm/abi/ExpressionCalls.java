package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.expr.Expression;
import io.postern.filters.wasm.expr.Expressions.Compiled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Foreign functions for expressions of CEL over the stream's attributes.
 *
 * <p>Source: Envoy's {@code expr_create}, {@code expr_evaluate} and {@code expr_delete}.
 */
final class ExpressionCalls {
    private static final int LOG_INFO = 2;
    private static final long NANOS = 1_000_000_000L;

    private ExpressionCalls() {}

    static int create(GuestHost host, String text, ByteOutput result) {
        return switch (host.expressions().compile(text)) {
            case Compiled.Malformed(String reason) -> {
                log(host, "expr_create: " + reason);
                yield Status.BAD_ARGUMENT;
            }
            case Compiled.Ready(Expression expression) -> {
                int number = host.expressions().add(expression);
                result.putInt(number);
                yield number == 0 ? Status.INTERNAL_FAILURE : Status.OK;
            }
        };
    }

    static int evaluate(GuestHost host, int argument, int length, ByteOutput result) {
        Expression expression = find(host, argument, length);
        if (expression == null) {
            return length == Integer.BYTES ? Status.NOT_FOUND : Status.BAD_ARGUMENT;
        }
        return switch (expression.evaluate(new GuestAttributes(host))) {
            case Expression.Result.Value(Object value) -> {
                result.clear(); // attributes were put together there
                yield serialize(value, result) ? Status.OK : Status.SERIALIZATION_FAILURE;
            }
            case Expression.Result.NoValue() -> Status.SERIALIZATION_FAILURE;
            case Expression.Result.Failed(String reason) -> {
                log(host, "expr_evaluate: " + reason);
                yield Status.INTERNAL_FAILURE;
            }
        };
    }

    static int delete(GuestHost host, int argument, int length) {
        if (length != Integer.BYTES) {
            return Status.BAD_ARGUMENT;
        }
        host.expressions().remove(host.memory().getInt(argument)); // it may be gone already
        return Status.OK;
    }

    private static @Nullable Expression find(GuestHost host, int argument, int length) {
        return length == Integer.BYTES
                ? host.expressions().find(host.memory().getInt(argument))
                : null;
    }

    private static void log(GuestHost host, String message) {
        if (host.logLevel() <= LOG_INFO) {
            byte[] octets = message.getBytes(StandardCharsets.UTF_8);
            host.log(LOG_INFO, octets, 0, octets.length);
        }
    }

    /** As Envoy does it; false for what has no such form. */
    private static boolean serialize(Object value, ByteOutput out) {
        switch (value) {
            case String text -> out.put(text);
            case byte[] octets -> out.put(octets, 0, octets.length);
            case Boolean flag -> out.put(flag ? 1 : 0);
            case Double number -> out.putLong(Double.doubleToRawLongBits(number));
            case Number number -> out.putLong(number.longValue());
            case Duration time -> out.putLong(time.getSeconds() * NANOS + time.getNano());
            case Instant time -> out.putLong(time.getEpochSecond() * NANOS + time.getNano());
            case Map<?, ?> map -> {
                return pairs(map.keySet().toArray(), map.values().toArray(), out);
            }
            case List<?> list -> {
                return pairs(list.toArray(), new Object[0], out);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean pairs(Object[] keys, Object[] values, ByteOutput out) {
        var names = new ByteOutput[keys.length];
        var contents = new ByteOutput[keys.length];
        for (int i = 0; i < keys.length; i++) {
            names[i] = new ByteOutput();
            contents[i] = new ByteOutput();
            if (!serialize(keys[i], names[i])
                    || (i < values.length && !serialize(values[i], contents[i]))) {
                return false;
            }
        }
        out.putInt(keys.length);
        for (int i = 0; i < keys.length; i++) {
            out.putInt(names[i].length()).putInt(contents[i].length());
        }
        for (int i = 0; i < keys.length; i++) {
            out.put(names[i].bytes(), 0, names[i].length()).put(0);
            out.put(contents[i].bytes(), 0, contents[i].length()).put(0);
        }
        return true;
    }
}
