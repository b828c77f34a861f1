package io.postern.filters.opa.engine;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.styra.opa.wasm.OpaWasm_Env;
import com.styra.opa.wasm.OpaWasm_ModuleExports;
import com.styra.opa.wasm.OpaWasm_ModuleImports;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a policy with its data, ready to decide. Confined to one thread at a time: made
 * on a control thread, then handed to a worker.
 *
 * <p>Memory from the guest's point of view: {@code stack | code's data | data document | input |
 * scratch}; everything after the data document is dropped at the start of the next evaluation.
 */
public final class PolicyInstance implements OpaWasm_ModuleImports, OpaWasm_Env {
    private static final int MOST_RESULT_BYTES = 1 << 20;
    private static final int ALIGNMENT = 7;

    private final Memory memory;
    private final OpaWasm_ModuleExports exports;
    private final BuiltinCalls builtins;
    private final long[] globals;
    private final Instance instance;
    private final int dataAddress;
    private final int inputAddress;
    private final EvaluationSlot slot = new EvaluationSlot();
    private final EvaluationWatchdog watchdog;

    private byte[] result = new byte[256];
    private int resultLength;
    private @Nullable PolicyFailure failure;

    PolicyInstance(PolicyModule module, byte[] data, Host host) {
        this.memory = new ByteArrayMemory(new MemoryLimits(module.memoryPages(), host.mostPages()));
        this.builtins = new BuiltinCalls(module.builtinIds(), host);
        this.watchdog = host.watchdog();
        this.instance = module.instantiate(toImportValues());
        this.exports = new OpaWasm_ModuleExports(instance);
        builtins.bind(exports, memory);
        exports.opaMalloc(0);
        this.dataAddress = parse(data);
        this.inputAddress = (exports.opaHeapPtrGet() + ALIGNMENT) & ~ALIGNMENT;
        this.globals = new long[instance.globalCount()];
        for (int i = 0; i < globals.length; i++) {
            globals[i] = instance.global(i).getValue();
        }
        watchdog.add(slot);
    }

    /**
     * Evaluates an entrypoint.
     *
     * @param entrypoint a number from {@link PolicyModule#entrypoints()}
     * @param input JSON, UTF-8
     * @param nowNanos monotonic clock, the one that the watchdog uses
     * @return whether there is a {@link #result()}; otherwise there is a {@link #failure()}
     */
    public boolean evaluate(int entrypoint, byte[] input, int length, long nowNanos) {
        failure = null;
        if (!makeRoom(length)) {
            failure =
                    new PolicyFailure(
                            PolicyFailure.Kind.TOO_LARGE,
                            "input of " + length + " bytes does not fit into the policy's memory");
            return false;
        }
        builtins.beginEvaluation();
        slot.begin(nowNanos);
        watchdog.wake();
        try {
            copyResult(evaluate(entrypoint, input, length));
        } catch (PolicyAbort e) {
            restoreGlobals();
            failure = new PolicyFailure(PolicyFailure.Kind.ABORTED, String.valueOf(e.getMessage()));
        } catch (ChicoryException | IndexOutOfBoundsException | StackOverflowError e) {
            failure = new PolicyFailure(PolicyFailure.Kind.TRAPPED, String.valueOf(e));
        } finally {
            if (!slot.end()) {
                failure =
                        new PolicyFailure(
                                PolicyFailure.Kind.TIMED_OUT,
                                "evaluation was stopped: it took too long");
            }
        }
        return failure == null;
    }

    /** The result set as JSON, {@code [{"result":VALUE}]} or {@code []}; until the next call. */
    public byte[] result() {
        return result;
    }

    /** Bytes of {@link #result()} that count. */
    public int resultLength() {
        return resultLength;
    }

    /** Why the last evaluation gave no result; null when it did. */
    public @Nullable PolicyFailure failure() {
        return failure;
    }

    /** Memory of this instance in bytes. */
    public long memoryBytes() {
        return (long) memory.pages() * Memory.PAGE_SIZE;
    }

    /** Lets the watchdog forget this instance. */
    public void close() {
        watchdog.remove(slot);
    }

    // The steps of opa_eval one by one, because opa_eval takes an input that it cannot parse for no
    // input at all: a policy that denies by what it finds in the input would allow.
    private int evaluate(int entrypoint, byte[] input, int length) {
        memory.write(inputAddress, input, 0, length);
        exports.opaHeapPtrSet((inputAddress + length + ALIGNMENT) & ~ALIGNMENT);
        int value = exports.opaJsonParse(inputAddress, length);
        if (value == 0) {
            throw new PolicyAbort("the policy's JSON parser refuses the input document");
        }
        int context = exports.opaEvalCtxNew();
        exports.opaEvalCtxSetInput(context, value);
        exports.opaEvalCtxSetData(context, dataAddress);
        exports.opaEvalCtxSetEntrypoint(context, entrypoint);
        int code = exports.eval(context);
        if (code != 0) {
            throw new PolicyAbort("eval failed with code " + code);
        }
        return exports.opaJsonDump(exports.opaEvalCtxGetResult(context));
    }

    private int parse(byte[] json) {
        int text = exports.opaMalloc(json.length);
        memory.write(text, json);
        int value = exports.opaValueParse(text, json.length);
        exports.opaFree(text);
        if (value == 0) {
            throw new IllegalArgumentException("the policy's parser refuses the data document");
        }
        return value;
    }

    private boolean makeRoom(int length) {
        long missing = (long) inputAddress + length + ALIGNMENT + 1 - memoryBytes();
        return missing <= 0
                || memory.grow((int) ((missing + Memory.PAGE_SIZE - 1) / Memory.PAGE_SIZE)) >= 0;
    }

    private void copyResult(int address) {
        int length = 0;
        for (byte octet = memory.read(address); octet != 0; octet = memory.read(address + length)) {
            if (length == result.length) {
                if (length >= MOST_RESULT_BYTES) {
                    throw new PolicyAbort("result is larger than " + MOST_RESULT_BYTES + " bytes");
                }
                result = Arrays.copyOf(result, length * 2);
            }
            result[length++] = octet;
        }
        resultLength = length;
    }

    // opa_abort unwinds the guest with its stack pointer where it was; heap lists are reset anyway.
    private void restoreGlobals() {
        for (int i = 0; i < globals.length; i++) {
            var global = instance.global(i);
            if (global.getValue() != globals[i]) {
                global.setValue(globals[i]);
            }
        }
    }

    @Override
    public OpaWasm_Env env() {
        return this;
    }

    @Override
    public Memory memory() {
        return memory;
    }

    @Override
    public void opaAbort(int message) {
        throw new PolicyAbort(memory.readCString(message));
    }

    @Override
    public int opaBuiltin0(int id, int context) {
        return builtins.call(id);
    }

    @Override
    public int opaBuiltin1(int id, int context, int a) {
        return builtins.call(id, a);
    }

    @Override
    public int opaBuiltin2(int id, int context, int a, int b) {
        return builtins.call(id, a, b);
    }

    @Override
    public int opaBuiltin3(int id, int context, int a, int b, int c) {
        return builtins.call(id, a, b, c);
    }

    @Override
    public int opaBuiltin4(int id, int context, int a, int b, int c, int d) {
        return builtins.call(id, a, b, c, d);
    }
}
