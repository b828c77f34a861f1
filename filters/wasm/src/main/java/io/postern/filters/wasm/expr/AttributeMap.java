package io.postern.filters.wasm.expr;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.CelByteString;
import java.nio.ByteBuffer;
import java.util.AbstractMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Attributes that share the beginning of their path, looked up when they are asked for. */
final class AttributeMap extends AbstractMap<String, Object> {
    private final Attributes attributes;
    private final String path;
    private final @Nullable ByteBuffer serialized;

    AttributeMap(Attributes attributes, String path, @Nullable ByteBuffer serialized) {
        this.attributes = attributes;
        this.path = path;
        this.serialized = serialized;
    }

    /** The value as CEL knows it; null where there is none. */
    static @Nullable Object value(Attributes attributes, String path) {
        return switch (attributes.find(path)) {
            case null -> null;
            case Attributes.Group(var serialized) -> new AttributeMap(attributes, path, serialized);
            case Attributes.Unsigned(long number) -> UnsignedLong.fromLongBits(number);
            case byte[] octets -> CelByteString.of(octets);
            case Object other -> other;
        };
    }

    /** The octets of a message; null of what is none. */
    byte @Nullable [] octets() {
        if (serialized == null) {
            return null;
        }
        var octets = new byte[serialized.remaining()];
        serialized.duplicate().get(octets);
        return octets;
    }

    @Override
    public @Nullable Object get(Object key) {
        return value(attributes, path + '\0' + key);
    }

    @Override
    public boolean containsKey(Object key) {
        return get(key) != null;
    }

    /** They cannot be listed, as in Envoy. */
    @Override
    public Set<Entry<String, Object>> entrySet() {
        return Set.of();
    }
}
