package io.postern.filters.opa.engine;

import io.postern.filters.wasm.engine.CompiledModule;
import io.postern.filters.wasm.engine.Deadline;
import io.postern.filters.wasm.engine.GuestFunction;
import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.filters.wasm.engine.Watchdog;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a policy with its data, ready to decide. Confined to one thread at a time: made
 * on a control thread, then handed to a worker.
 *
 * <p>Memory from the guest's point of view: {@code stack | code's data | data document | input |
 * scratch}; everything after the data document is dropped at the start of the next evaluation.
 */
public final class PolicyInstance {
    private static final int MOST_RESULT_BYTES = 1 << 20;
    private static final int ALIGNMENT = 7;
    private static final int PAGE_BYTES = 65536;
    private static final int ROOM_PER_INPUT_BYTE = 16;
    private static final Duration LONGEST_START = Duration.ofSeconds(30);

    private final PolicyGuest guest;
    private final Functions functions;
    private final BuiltinCalls builtins;
    private final Watchdog watchdog;
    private final Deadline deadline = new Deadline(LONGEST_START, false);
    private final long[] globals;
    private final int dataAddress;
    private final int inputAddress;

    private byte[] result = new byte[256];
    private int resultLength;
    private @Nullable PolicyFailure failure;

    /** What an evaluation is made of. */
    private record Functions(
            GuestFunction setHeap,
            GuestFunction newContext,
            GuestFunction setInput,
            GuestFunction setData,
            GuestFunction setEntrypoint,
            GuestFunction eval,
            GuestFunction result) {
        static Functions of(PolicyGuest guest) {
            return new Functions(
                    guest.function("opa_heap_ptr_set"),
                    guest.function("opa_eval_ctx_new"),
                    guest.function("opa_eval_ctx_set_input"),
                    guest.function("opa_eval_ctx_set_data"),
                    guest.function("opa_eval_ctx_set_entrypoint"),
                    guest.function("eval"),
                    guest.function("opa_eval_ctx_get_result"));
        }
    }

    PolicyInstance(CompiledModule module, Map<String, Integer> builtinIds, byte[] data, Host host) {
        this.builtins = new BuiltinCalls(builtinIds, host);
        this.watchdog = host.watchdog();
        watchdog.watch(deadline);
        try {
            this.guest =
                    PolicyGuest.of(
                            module, builtins, (long) host.mostPages() * PAGE_BYTES, deadline);
            this.functions = Functions.of(guest);
            this.dataAddress = parse(data);
            int heap = guest.function("opa_heap_ptr_get").call();
            this.inputAddress = (heap + ALIGNMENT) & ~ALIGNMENT;
            this.globals = guest.instance().globals();
        } catch (RuntimeException e) {
            watchdog.forget(deadline);
            throw e;
        }
        limitEvaluations(host.longestEvaluation());
    }

    private void limitEvaluations(Duration longest) {
        if (longest.isZero()) {
            watchdog.forget(deadline);
        } else {
            deadline.limit(longest, true);
        }
    }

    /**
     * Evaluates an entrypoint.
     *
     * @param entrypoint a number from {@link PolicyModule#entrypoints()}
     * @param input JSON, UTF-8
     * @return whether there is a {@link #result()}; otherwise there is a {@link #failure()}
     */
    public boolean evaluate(int entrypoint, byte[] input, int length) {
        failure = null;
        if (!makeRoom(length)) {
            fail(
                    PolicyFailure.Kind.TOO_LARGE,
                    "input of " + length + " bytes does not fit into the policy's memory");
            return false;
        }
        builtins.beginEvaluation();
        guest.instance().enter();
        try {
            copyResult(run(entrypoint, input, length));
        } catch (PolicyAbort e) {
            // unwound where it was: heap lists are reset anyway
            guest.instance().restore(globals);
            fail(PolicyFailure.Kind.ABORTED, String.valueOf(e.getMessage()));
        } catch (GuestTrap e) {
            trapped(e);
        } finally {
            guest.instance().exit();
        }
        return failure == null;
    }

    private void trapped(GuestTrap trap) {
        switch (trap.kind()) {
            case EXIT, FINISHED -> {
                guest.instance().restore(globals);
                fail(PolicyFailure.Kind.ABORTED, String.valueOf(trap.getMessage()));
            }
            case DEADLINE ->
                    fail(PolicyFailure.Kind.TIMED_OUT, "evaluation was stopped: it took too long");
            case TRAP -> fail(PolicyFailure.Kind.TRAPPED, String.valueOf(trap.getMessage()));
        }
    }

    private void fail(PolicyFailure.Kind kind, String message) {
        failure = new PolicyFailure(kind, message);
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
        return guest.instance().memory().size();
    }

    /** Lets the watchdog forget this instance. */
    public void close() {
        watchdog.forget(deadline);
    }

    // The steps of opa_eval one by one, because opa_eval takes an input that it cannot parse for no
    // input at all: a policy that denies by what it finds in the input would allow.
    private int run(int entrypoint, byte[] input, int length) {
        guest.put(inputAddress, input, length);
        functions.setHeap.call((inputAddress + length + ALIGNMENT) & ~ALIGNMENT);
        int value = guest.parseJson(inputAddress, length);
        if (value == 0) {
            throw new PolicyAbort("the policy's JSON parser refuses the input document");
        }
        int context = functions.newContext.call();
        functions.setInput.call(context, value);
        functions.setData.call(context, dataAddress);
        functions.setEntrypoint.call(context, entrypoint);
        int code = functions.eval.call(context);
        if (code != 0) {
            throw new PolicyAbort("eval failed with code " + code);
        }
        return guest.dumpJson(functions.result.call(context));
    }

    private int parse(byte[] json) {
        int text = guest.copy(json, json.length);
        int value = guest.parseValue(text, json.length);
        guest.free(text);
        if (value == 0) {
            throw new IllegalArgumentException("the policy's parser refuses the data document");
        }
        return value;
    }

    // A guest grows its memory page by page, and each time all of it is copied: room for what
    // becomes of the input comes at once.
    private boolean makeRoom(int length) {
        return hasRoom((long) length * ROOM_PER_INPUT_BYTE) || hasRoom(length);
    }

    private boolean hasRoom(long length) {
        long missing = inputAddress + length + ALIGNMENT + 1 - memoryBytes();
        long pages = (missing + PAGE_BYTES - 1) / PAGE_BYTES;
        return missing <= 0
                || (pages <= Short.MAX_VALUE && guest.instance().growMemory((int) pages));
    }

    private void copyResult(int address) {
        int length = guest.textLength(address);
        if (length > MOST_RESULT_BYTES) {
            throw new PolicyAbort("result is larger than " + MOST_RESULT_BYTES + " bytes");
        }
        if (length > result.length) {
            result = new byte[Math.min(MOST_RESULT_BYTES, Math.max(length, result.length * 2))];
        }
        System.arraycopy(guest.instance().memory().array(), address, result, 0, length);
        resultLength = length;
    }
}
