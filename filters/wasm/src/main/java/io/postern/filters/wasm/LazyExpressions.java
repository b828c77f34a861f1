package io.postern.filters.wasm;

import io.postern.filters.wasm.expr.Expressions;
import java.nio.charset.StandardCharsets;
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

    private static boolean mentions(byte[] code) {
        for (int i = 0; i <= code.length - MENTION.length; i++) {
            int j = 0;
            while (j < MENTION.length && code[i + j] == MENTION[j]) {
                j++;
            }
            if (j == MENTION.length) {
                return true;
            }
        }
        return false;
    }
}
