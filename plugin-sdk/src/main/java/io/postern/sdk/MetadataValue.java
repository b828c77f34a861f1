package io.postern.sdk;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of {@link Metadata}. Thread-safe: immutable.
 *
 * <p>Source: {@code google.protobuf.Value}.
 */
public sealed interface MetadataValue {
    /** {@code null}. */
    record Null() implements MetadataValue {}

    /** {@code true} or {@code false}. */
    record Bool(boolean value) implements MetadataValue {}

    /** A number. */
    record Numeric(double value) implements MetadataValue {}

    /** A text. */
    record Text(String value) implements MetadataValue {}

    /** A list. */
    record Items(List<MetadataValue> values) implements MetadataValue {
        public Items {
            values = List.copyOf(values);
        }
    }

    /** Values by name, in the order of the configuration or of whoever made it. */
    record Struct(Map<String, MetadataValue> fields) implements MetadataValue {
        private static final Struct EMPTY = new Struct(Map.of());

        public Struct {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        /** One without fields. */
        public static Struct empty() {
            return EMPTY;
        }
    }
}
