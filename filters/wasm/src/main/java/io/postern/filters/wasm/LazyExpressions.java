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
        int last = MENTION.length - 1;
        int i = last;
        while (i < code.length) {
            int found = lastIndex(code[i]);
            if (found == last && endsAt(code, i)) {
                return true;
            }
            i += found == last ? 1 : last - found;
        }
        return false;
    }

    /** Where this octet is in the name, the last place that counts; -1 where it is not. */
    private static int lastIndex(byte octet) {
        int at = MENTION.length - 1;
        while (at >= 0 && MENTION[at] != octet) {
            at--;
        }
        return at;
    }

    private static boolean endsAt(byte[] code, int end) {
        int start = end - MENTION.length + 1;
        return Arrays.equals(code, start, end + 1, MENTION, 0, MENTION.length);
    }
}
