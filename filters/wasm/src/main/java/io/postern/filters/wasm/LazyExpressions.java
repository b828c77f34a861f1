package io.postern.filters.wasm;

import io.postern.filters.wasm.expr.Expressions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one compiler of expressions, made when the first plugin that mentions them is loaded: most
 * never do, and making it takes a second. Thread-safe.
 */
final class LazyExpressions implements Supplier<Expressions> {
    private static final byte[] MENTION = "expr_create".getBytes(StandardCharsets.US_ASCII);

    private @Nullable Expressions made;

    /** Makes it and compiles a first expression when the module's code names the function. */
    void prepareFor(byte[] code) {
        if (mentions(code)) {
            var _ = get().compile("request.path.startsWith('/') && request.size == 0");
        }
    }

    @Override
    public synchronized Expressions get() {
        Expressions known = made;
        if (known == null) {
            known = new Expressions();
            made = known;
        }
        return known;
    }

    // Every eleventh octet at most: the whole of a large module takes a cold start too long.
    private static boolean mentions(byte[] code) {
        byte[] steps = steps();
        int i = MENTION.length - 1;
        while (i < code.length) {
            int step = steps[code[i] & 0xff];
            if (step == 0 && endsAt(code, i)) {
                return true;
            }
            i += Math.max(1, step);
        }
        return false;
    }

    /**
     * For each octet how far the next place is at least where the name can end; 0: it ends here.
     */
    private static byte[] steps() {
        var steps = new byte[256];
        Arrays.fill(steps, (byte) MENTION.length);
        for (int at = 0; at < MENTION.length; at++) {
            steps[MENTION[at] & 0xff] = (byte) (MENTION.length - 1 - at);
        }
        return steps;
    }

    private static boolean endsAt(byte[] code, int end) {
        int start = end - MENTION.length + 1;
        return Arrays.equals(code, start, end + 1, MENTION, 0, MENTION.length);
    }
}
