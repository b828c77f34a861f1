package io.postern.filters.wasm.engine.translate;

import java.util.Arrays;
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

    /** Blocks between the loop and the table; the innermost has number 0. */
    final int blocks;

    /** Where the blocks end. */
    final int[] ends;

    int loopEnd;

    /** Numbers of blocks by value of the local, the default last. */
    final int[] table;

    private final int[] values;

    Dispatch(int local, int tableAt, int blocks, int[] table) {
        this.local = local;
        this.tableAt = tableAt;
        this.blocks = blocks;
        this.table = table;
        ends = new int[blocks];
        values = new int[blocks];
        Arrays.fill(values, -1);
        for (int value = table.length - 1; value >= 0; value--) {
            if (table[value] < blocks) {
                values[table[value]] = value;
            }
        }
    }

    /** A value of the local that leads behind a block. */
    int valueOf(int block) {
        return values[block];
    }

    /** A value is its block's number: larger ones the last block's. */
    boolean isInOrder() {
        for (int i = 0; i < table.length; i++) {
            if (table[i] != Math.min(i, blocks - 1)) {
                return false;
            }
        }
        return true;
    }

    /** Every block can be reached through the table, and nothing else can. */
    boolean isComplete() {
        for (int target : table) {
            if (target >= blocks) {
                return false;
            }
        }
        for (int value : values) {
            if (value < 0) {
                return false;
            }
        }
        return loopEnd > 0;
    }
}
