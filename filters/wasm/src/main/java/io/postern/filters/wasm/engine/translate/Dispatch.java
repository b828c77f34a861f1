package io.postern.filters.wasm.engine.translate;

import java.util.BitSet;

/**
 * A loop around a jump table over a local, as Go compiles a function: a jump is "set the local, go
 * round the loop". Where the local's value is known such a jump can go straight to its target.
 *
 * <p>{@code loop block* (local.get L) (br_table T)}
 */
final class Dispatch {
    final int local;

    /** Where the br_table is. */
    final int tableAt;

    /** Values that jumps of constant value set. */
    final BitSet jumps = new BitSet();

    /** Every branch to the loop sets a constant. */
    boolean onlyConstants = true;

    Dispatch(int local, int tableAt) {
        this.local = local;
        this.tableAt = tableAt;
    }
}
