package io.postern.filters.wasm.engine;

import org.jspecify.annotations.Nullable;

/**
 * An exported function of one instance, ready to be called without garbage on the host's side.
 * Results are i32, or 0 where the function has none. Confined to the thread that runs the guest;
 * throws {@link GuestTrap} and nothing else.
 */
public final class GuestFunction {
    private static final int MAX_PARAMETERS = 8;

    private final GuestInstance instance;
    private final GuestCalls code;
    private final int index;
    private final int parameters;
    // The callee unpacks the arguments before it runs a single instruction, so that re-entrant
    // calls may share the array.
    private final long[] args = new long[MAX_PARAMETERS];
    private final boolean returns;
    private long fuel = Long.MAX_VALUE;
    private @Nullable Listener listener; // null but for whoever looks for a mistake

    /** Hears of calls of one function. */
    public interface Listener {
        /** It is called; {@code args} may be longer than its parameters. */
        void onCall(long[] args);

        /** It has returned; {@code result} is 0 where it has none. */
        void onReturn(int result);
    }

    GuestFunction(
            GuestInstance instance, GuestCalls code, int index, int parameters, boolean returns) {
        this.instance = instance;
        this.code = code;
        this.index = index;
        this.parameters = parameters;
        this.returns = returns;
    }

    /** Tells somebody of every call from now on. */
    public GuestFunction tell(Listener who) {
        listener = who;
        return this;
    }

    /** Whether it has a result. */
    public boolean returns() {
        return returns;
    }

    /**
     * Instructions that one call may take, with those of the calls it makes; for modules that were
     * compiled to count them.
     */
    public GuestFunction limit(long instructions) {
        fuel = instructions;
        return this;
    }

    /** Number of parameters. */
    public int parameters() {
        return parameters;
    }

    /** Calls a function without parameters. */
    public int call() {
        return invoke();
    }

    /** Calls a function of one i32. */
    public int call(int a) {
        args[0] = a;
        return invoke();
    }

    /** Calls a function of two i32. */
    public int call(int a, int b) {
        args[0] = a;
        args[1] = b;
        return invoke();
    }

    /** Calls a function of three i32. */
    public int call(int a, int b, int c) {
        args[0] = a;
        args[1] = b;
        args[2] = c;
        return invoke();
    }

    /** Calls a function of four i32. */
    public int call(int a, int b, int c, int d) {
        args[0] = a;
        args[1] = b;
        args[2] = c;
        args[3] = d;
        return invoke();
    }

    /** Calls a function of five i32. */
    public int call(int a, int b, int c, int d, int e) {
        args[0] = a;
        args[1] = b;
        args[2] = c;
        args[3] = d;
        args[4] = e;
        return invoke();
    }

    private int invoke() {
        Listener heard = listener;
        if (heard == null) {
            return run();
        }
        heard.onCall(args);
        int result = run();
        heard.onReturn(result);
        return result;
    }

    private int run() {
        instance.enter(fuel);
        try {
            return (int) code.call(index, args);
        } catch (GuestTrap e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | LinkageError e) {
            throw instance.trapped(e);
        } finally {
            instance.exit();
        }
    }
}
