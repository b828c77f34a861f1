package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.expr.Attributes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Properties as expressions read them: the same paths, with their types. */
record GuestAttributes(GuestHost host) implements Attributes {
    private static final Set<String> GROUPS =
            Set.of(
                    "request",
                    "response",
                    "connection",
                    "upstream",
                    "source",
                    "destination",
                    "xds",
                    "filter_state");

    @Override
    public @Nullable Object find(String path) {
        if (GROUPS.contains(path)) {
            return host.context().streamInfo() == null ? null : new Group(null);
        }
        var value = new ByteOutput();
        if (Properties.find(path, host, value) != Status.OK) {
            return null;
        }
        return switch (value.type()) {
            case BYTES -> Arrays.copyOf(value.bytes(), value.length());
            case TEXT -> text(value, 0, value.length());
            case NUMBER -> value.getLong(0);
            case UNSIGNED -> new Unsigned(value.getLong(0));
            case TIME -> Instant.EPOCH.plusNanos(value.getLong(0));
            case DURATION -> Duration.ofNanos(value.getLong(0));
            case DOUBLE -> Double.longBitsToDouble(value.getLong(0));
            case FLAG -> value.bytes()[0] != 0;
            case PAIRS -> pairs(value);
            case MESSAGE -> new Group(ByteBuffer.wrap(value.bytes(), 0, value.length()));
        };
    }

    private static String text(ByteOutput value, int offset, int length) {
        return new String(value.bytes(), offset, length, StandardCharsets.UTF_8);
    }

    private static Map<String, String> pairs(ByteOutput value) {
        int count = (int) value.getLong(0);
        Map<String, String> pairs = new LinkedHashMap<>();
        int at = Integer.BYTES + count * Long.BYTES;
        for (int i = 0; i < count; i++) {
            long lengths = value.getLong(Integer.BYTES + i * Long.BYTES);
            int name = (int) lengths;
            int content = (int) (lengths >>> Integer.SIZE);
            pairs.put(text(value, at, name), text(value, at + name + 1, content));
            at += name + content + 2;
        }
        return pairs;
    }
}
