package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestMemory;
import io.postern.filters.wasm.engine.HostFunctions;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** {@code proxy_call_foreign_function}: functions that Envoy adds to the ABI, by name. */
final class ForeignCalls {
    /** A zip bomb ends here; Envoy would go on until it is killed. */
    private static final int MAX_INFLATED_BYTES = 32 * 1024 * 1024;

    private ForeignCalls() {}

    static void offer(HostFunctions<GuestHost> functions) {
        functions.add("env", "proxy_call_foreign_function", "iiiiii>i", ForeignCalls::call);
    }

    private static int call(GuestHost host, long[] args) {
        GuestMemory memory = host.memory();
        if (!memory.has((int) args[0], (int) args[1])
                || !memory.has((int) args[2], (int) args[3])) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        String name = StreamCalls.text(memory.array(), (int) args[0], (int) args[1]);
        ByteOutput result = host.scratch().clear();
        int status = run(host, name, (int) args[2], (int) args[3], result);
        if (status == Status.NOT_FOUND && result.length() == 0) {
            return status;
        }
        int given = give(host, result, (int) args[4], (int) args[5]);
        return given == Status.OK ? status : given;
    }

    private static int run(
            GuestHost host, String name, int argument, int length, ByteOutput result) {
        byte[] bytes = host.memory().array();
        return switch (name) {
            case "compress" -> compress(bytes, argument, length, result);
            case "uncompress" -> uncompress(bytes, argument, length, result);
            case "clear_route_cache" -> {
                host.context().clearRouteCache();
                yield Status.OK;
            }
            case "set_envoy_filter_state" ->
                    StateCalls.setEnvoyFilterState(host, fields(bytes, argument, length));
            case "declare_property" ->
                    StateCalls.declareProperty(host, fields(bytes, argument, length));
            case "verify_signature" -> Signatures.verify(fields(bytes, argument, length), result);
            case "sign" -> Signatures.sign(fields(bytes, argument, length), result);
            case "get_parent_span" -> Tracing.parentSpan(host, result);
            case "record_span" -> Tracing.recordSpan(host, fields(bytes, argument, length), result);
            case "expr_create" ->
                    ExpressionCalls.create(host, text(bytes, argument, length), result);
            case "expr_evaluate" -> ExpressionCalls.evaluate(host, argument, length, result);
            case "expr_delete" -> ExpressionCalls.delete(host, argument, length);
            // Of the 0.2.100 dialect.
            case "get_log_level" -> {
                result.putInt(host.logLevel());
                yield Status.OK;
            }
            default -> Status.NOT_FOUND;
        };
    }

    private static String text(byte[] bytes, int offset, int length) {
        return StreamCalls.text(bytes, offset, length);
    }

    private static ProtoFields fields(byte[] bytes, int offset, int length) {
        return new ProtoFields(bytes, offset, length);
    }

    // Either pointer may be 0: the guest does not want that part.
    private static int give(GuestHost host, ByteOutput result, int pointerAt, int sizeAt) {
        int address = 0;
        if (pointerAt != 0) {
            address = result.length() == 0 ? 0 : host.allocate(result.length());
            boolean stored =
                    (result.length() == 0
                                    || (address != 0
                                            && host.memory()
                                                    .put(
                                                            address,
                                                            result.bytes(),
                                                            0,
                                                            result.length())))
                            && host.memory().putInt(pointerAt, address);
            if (!stored) {
                return Status.INVALID_MEMORY_ACCESS;
            }
        }
        return sizeAt == 0 || host.memory().putInt(sizeAt, result.length())
                ? Status.OK
                : Status.INVALID_MEMORY_ACCESS;
    }

    private static int compress(byte[] bytes, int offset, int length, ByteOutput result) {
        var deflater = new Deflater();
        try {
            deflater.setInput(bytes, offset, length);
            deflater.finish();
            var chunk = new byte[8192];
            while (!deflater.finished()) {
                result.put(chunk, 0, deflater.deflate(chunk));
            }
            return Status.OK;
        } finally {
            deflater.end();
        }
    }

    private static int uncompress(byte[] bytes, int offset, int length, ByteOutput result) {
        var inflater = new Inflater();
        try {
            inflater.setInput(bytes, offset, length);
            var chunk = new byte[8192];
            while (!inflater.finished()) {
                int count = inflater.inflate(chunk);
                if (count == 0 || result.length() + count > MAX_INFLATED_BYTES) {
                    return Status.SERIALIZATION_FAILURE;
                }
                result.put(chunk, 0, count);
            }
            return Status.OK;
        } catch (DataFormatException e) {
            return Status.SERIALIZATION_FAILURE;
        } finally {
            inflater.end();
        }
    }
}
