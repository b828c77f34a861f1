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
    /** One byte. */
    FLAG,
    /** Header pairs. */
    PAIRS,
    /** A message whose fields have paths of their own. */
    MESSAGE
}
