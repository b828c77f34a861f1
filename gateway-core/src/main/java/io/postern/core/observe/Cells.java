package io.postern.core.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Numbers by writer: those of one writer lie together, so that writers do not share cache lines.
 * Reserving is done under the lock of the {@link StatStore}.
 */
final class Cells {
    static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int CHUNK = 512;

    private final int writers;
    private volatile long[][][] chunks = new long[0][][]; // chunk, writer, cell
    private int reserved;

    Cells(int writers) {
        this.writers = writers;
    }

    /** The number of a new cell of every writer. */
    int reserve() {
        if (reserved == chunks.length * CHUNK) {
            long[][] chunk = new long[writers][CHUNK];
            long[][][] more = Arrays.copyOf(chunks, chunks.length + 1);
            more[more.length - 1] = chunk;
            chunks = more;
        }
        return reserved++;
    }

    /** The array in which a writer's cell is. */
    long[] chunk(int cell, int writer) {
        return chunks[cell / CHUNK][writer];
    }

    /** Where in its array a cell is. */
    static int offset(int cell) {
        return cell % CHUNK;
    }

    long sum(int cell) {
        long sum = 0;
        for (long[] ofWriter : chunks[cell / CHUNK]) {
            sum += (long) CELL.getOpaque(ofWriter, cell % CHUNK);
        }
        return sum;
    }
}
