package io.postern.sdk;

import java.util.Map;

/**
 * A protobuf message of the configuration, for those who do not know its type. Thread-safe:
 * immutable, and neither part is to be changed.
 *
 * @param octets as it is serialised
 * @param fields by their names, those that are not set, too: each a String, Long, Double, Boolean,
 *     byte[], {@link MetadataValue.Null} (of JSON), MessageValue, or a List or Map of these
 */
public record MessageValue(byte[] octets, Map<String, Object> fields) {
    private static final MessageValue NONE = new MessageValue(new byte[0], Map.of());

    /** A message without fields. */
    public static MessageValue none() {
        return NONE;
    }
}
