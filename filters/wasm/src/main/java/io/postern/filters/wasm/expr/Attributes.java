package io.postern.filters.wasm.expr;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What expressions read. Confined to the thread that evaluates. */
@FunctionalInterface
public interface Attributes {
    /**
     * The value at a path whose elements are separated by NUL; null where there is none.
     *
     * @return a String, byte[], Long, Double, {@link Unsigned}, Boolean, Instant, Duration, a Map
     *     of Strings, or {@link Group}
     */
    @Nullable Object find(String path);

    /** An unsigned number. */
    record Unsigned(long value) {}

    /**
     * There are values at longer paths that begin with this one.
     *
     * @param serialized the whole of it, where it is a message
     */
    record Group(@Nullable ByteBuffer serialized) {}
}
