package io.postern.filters.wasm.abi;

/** Directions of a stream or connection. Source: {@code proxy_stream_type_t}. */
public final class StreamType {
    public static final int REQUEST = 0;
    public static final int RESPONSE = 1;
    public static final int DOWNSTREAM = 2;
    public static final int UPSTREAM = 3;

    private StreamType() {}
}
