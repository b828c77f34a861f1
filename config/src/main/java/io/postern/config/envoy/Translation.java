package io.postern.config.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import com.google.protobuf.UInt32Value;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.ConfigSource;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every translator needs: where to tell errors, and how values are read.
 *
 * <p>After an error a translator goes on with some value: the model is thrown away, and the other
 * errors are still found. Confined to the loading thread.
 *
 * @param environment of this process, for {@code environment_variable}
 * @param references finds what the resource refers to
 * @param self where the resource comes from; null: it is static
 */
record Translation(
        Diagnostics diagnostics,
        Map<String, String> environment,
        References references,
        @Nullable ConfigSource self) {
    /** Translates one element of a repeated field. */
    interface Element<T, M> {
        M translate(T message, Spot spot);
    }

    void error(Spot spot, String message, String cure) {
        diagnostics.error(spot, message, cure);
    }

    void error(Spot spot, String message) {
        diagnostics.error(spot, message, "");
    }

    void warning(Spot spot, String message, String cure) {
        diagnostics.warning(spot, message, cure);
    }

    /** A duration that is set; Envoy refuses negative ones. */
    Duration duration(com.google.protobuf.Duration value, Spot spot) {
        if (value.getSeconds() < 0 || value.getNanos() < 0) {
            error(spot, "a negative duration (expected: 0s or more)");
            return Duration.ZERO;
        }
        return Duration.ofSeconds(value.getSeconds(), value.getNanos());
    }

    /** A duration that may be absent. */
    Duration duration(boolean set, com.google.protobuf.Duration value, Duration absent, Spot spot) {
        return set ? duration(value, spot) : absent;
    }

    /** A multiple; Duration's own goes through BigDecimal, which takes 20 ms at a start. */
    static Duration times(int factor, Duration duration) {
        return Duration.ofSeconds(
                Math.multiplyExact(duration.getSeconds(), factor),
                (long) duration.getNano() * factor);
    }

    /** An unsigned number as an int: above 2,147,483,647 there is no difference left. */
    static int clamp(int unsigned) {
        return unsigned < 0 ? Integer.MAX_VALUE : unsigned;
    }

    /** A wrapped unsigned number that may be absent. */
    static int number(boolean set, UInt32Value value, int absent) {
        return set ? clamp(value.getValue()) : absent;
    }

    /** All elements of the repeated field at {@code spot}. */
    static <T, M> List<M> each(List<T> messages, Spot spot, Element<T, M> element) {
        var models = new ArrayList<M>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            models.add(element.translate(messages.get(i), spot.index(i)));
        }
        return models;
    }

    /** Whether {@code any} holds a message of {@code type}. */
    static boolean is(Any any, String type) {
        return MessageTypes.nameOf(any.getTypeUrl()).equals(type);
    }

    /** What {@code any} holds; its type has been compared before. */
    static <T> T unpack(Any any, Parser<T> parser) {
        try {
            return parser.parseFrom(any.getValue());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("bug: not the bytes of a " + any.getTypeUrl(), e);
        }
    }
}
