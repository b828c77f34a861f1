package io.postern.filters.wasm.abi;

/** What a serialised property is, for expressions: plugins get bytes and know it themselves. */
enum ValueType {
    BYTES,
    TEXT,
    /** i64. */
    NUMBER,
    /** u64. */
    UNSIGNED,
    /** i64, nanoseconds since 1970. */
    TIME,
    /** i64, nanoseconds. */
    DURATION,
    /** IEEE 754, 8 bytes. */
    DOUBLE,
    /** One byte. */
    FLAG,
    /** Header pairs. */
    PAIRS,
    /** What has paths of its own: a message, a map, a list. */
    MESSAGE
}
