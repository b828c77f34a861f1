package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.expr.Expression;
import io.postern.filters.wasm.expr.Expressions;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The expressions that one instance has made, by number. Confined to the guest's thread. */
public final class ExpressionTable {
    private static final int MOST = 1000;

    private final Map<Integer, Expression> expressions = new HashMap<>();
    private final Supplier<Expressions> compiler;
    private int last;

    /** {@code compiler}: making it may take a second. */
    public ExpressionTable(Supplier<Expressions> compiler) {
        this.compiler = compiler;
    }

    Expressions.Compiled compile(String text) {
        return compiler.get().compile(text);
    }

    /** The number of one more; 0: there are too many. */
    int add(Expression expression) {
        if (expressions.size() >= MOST) {
            return 0;
        }
        do {
            last++;
        } while (last == 0 || expressions.containsKey(last));
        expressions.put(last, expression);
        return last;
    }

    @Nullable Expression find(int number) {
        return expressions.get(number);
    }

    void remove(int number) {
        expressions.remove(number);
    }
}
