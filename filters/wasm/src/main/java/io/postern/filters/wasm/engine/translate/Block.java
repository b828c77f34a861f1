package io.postern.filters.wasm.engine.translate;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;

/** A structured instruction that is open while its body is translated. */
final class Block {
    enum Kind {
        FUNCTION,
        BLOCK,
        LOOP,
        IF,
        ELSE
    }

    Kind kind;
    final byte[] params;
    final byte[] results;

    /** Operands below the block's own. */
    final int height;

    /** Its body cannot be reached at all: nothing is generated. */
    final boolean dead;

    final Label label = new Label();
    final Label otherwise = new Label();

    /** Some branch leads to {@link #label}. */
    boolean targeted;

    /** {@link #label} has been generated: a branch to it leads back. */
    boolean placed;

    /** The rest of its body cannot be reached: operands may be of any type. */
    boolean polymorphic;

    /** It belongs to another method of a split function. */
    boolean outer;

    @Nullable Dispatch dispatch;

    /** In a segment: the jump table's value that leads here; -1 when none does. */
    int tableValue = -1;

    private @Nullable Block outside;

    Block(Kind kind, byte[] params, byte[] results, int height, boolean dead) {
        this.kind = kind;
        this.params = params;
        this.results = results;
        this.height = height;
        this.dead = dead;
    }

    /** This block as the methods of parts see it, all of them the same. */
    Block outside() {
        if (outer) {
            return this;
        }
        if (outside == null) {
            outside = new Block(kind, params, results, 0, false);
            outside.outer = true;
        }
        return outside;
    }

    /** What a branch to this block carries. */
    byte[] branchTypes() {
        return kind == Kind.LOOP ? params : results;
    }
}
