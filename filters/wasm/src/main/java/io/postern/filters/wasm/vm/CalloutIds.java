package io.postern.filters.wasm.vm;

/**
 * Numbers of the calls of one virtual machine: SDKs keep them in one table for all root contexts.
 * The two low bits tell the kind, as in Envoy. Confined to the machine's thread.
 */
final class CalloutIds {
    static final int HTTP = 0;
    static final int GRPC_CALL = 1;
    static final int GRPC_STREAM = 2;
    static final int REDIS = 3;

    private static final int KIND_MASK = 3;
    private static final int STEP = 4;

    private final int[] last = {HTTP, GRPC_CALL, GRPC_STREAM, REDIS};

    /** The next number of this kind; those of finished calls come back after two billion. */
    int next(int kind) {
        last[kind] = (last[kind] + STEP) & Integer.MAX_VALUE;
        return last[kind];
    }

    static int kind(int id) {
        return id & KIND_MASK;
    }
}
