package io.postern.sdk;

import java.util.Map;

/**
 * Metadata that filters add to while a stream lasts. It is bounded: clients can make filters write
 * into it. Confined to the stream's event loop.
 */
public final class DynamicMetadata {
    /** Names and values of one stream, roughly in octets. */
    public static final int MOST_OCTETS = 64 * 1024;

    private static final int MOST_NESTED = 32;
    private static final int OWN_OCTETS = 16; // what a value costs besides its text

    private Metadata current = Metadata.none();
    private long octets;

    /** What it is now. */
    public Metadata current() {
        return current;
    }

    /**
     * Puts fields into a namespace, in the place of those of their names.
     *
     * @return false when that would be too much: then nothing has changed
     */
    public boolean merge(String namespace, MetadataValue.Struct fields) {
        long added = namespace.length() + octets(fields, 0);
        if (added > MOST_OCTETS) {
            return false;
        }
        Metadata next = current.with(namespace, fields);
        long size = octets + added;
        if (size > MOST_OCTETS) {
            // Fields that were there before have been counted twice.
            size = octets(next);
        }
        if (size > MOST_OCTETS) {
            return false;
        }
        current = next;
        octets = size;
        return true;
    }

    private static long octets(Metadata metadata) {
        long sum = 0;
        for (Map.Entry<String, MetadataValue.Struct> one : metadata.namespaces().entrySet()) {
            sum += one.getKey().length() + octets(one.getValue(), 0);
        }
        return sum;
    }

    private static long octets(MetadataValue value, int depth) {
        if (depth > MOST_NESTED) {
            return MOST_OCTETS + 1L;
        }
        long sum = OWN_OCTETS;
        switch (value) {
            case MetadataValue.Null _, MetadataValue.Bool _, MetadataValue.Numeric _ -> {}
            case MetadataValue.Text(String text) -> sum += text.length();
            case MetadataValue.Items(var values) -> {
                for (MetadataValue item : values) {
                    sum += octets(item, depth + 1);
                }
            }
            case MetadataValue.Struct(var fields) -> {
                for (Map.Entry<String, MetadataValue> field : fields.entrySet()) {
                    sum += field.getKey().length() + octets(field.getValue(), depth + 1);
                }
            }
        }
        return sum;
    }
}
