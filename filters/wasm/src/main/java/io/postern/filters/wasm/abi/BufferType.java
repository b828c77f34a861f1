package io.postern.filters.wasm.abi;

/** Kinds of buffers. Source: {@code proxy_buffer_type_t}. */
public final class BufferType {
    public static final int REQUEST_BODY = 0;
    public static final int RESPONSE_BODY = 1;
    public static final int DOWNSTREAM_DATA = 2;
    public static final int UPSTREAM_DATA = 3;
    public static final int CALL_RESPONSE_BODY = 4;
    public static final int GRPC_MESSAGE = 5;
    public static final int VM_CONFIGURATION = 6;
    public static final int PLUGIN_CONFIGURATION = 7;
    public static final int CALL_DATA = 8;

    /** Of the 0.2.100 dialect. */
    public static final int REDIS_REPLY = 9;

    private BufferType() {}
}
