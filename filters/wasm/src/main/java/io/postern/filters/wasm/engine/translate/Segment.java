package io.postern.filters.wasm.engine.translate;

/**
 * A run of a jump table's targets that is a method of its own, in a function too large for one:
 * Go's initializers have thousands of targets. A jump to a target of another segment sets the
 * table's local and goes round the loop, which is in the function's main method.
 *
 * @param first number of the first target in this segment; targets are counted from the innermost
 * @param inside targets after the first one
 * @param loop the loop around the table, as this segment's method sees it
 */
record Segment(Dispatch dispatch, int first, int inside, Block loop) {
    /** First position of its code. */
    int from() {
        return dispatch.ends[first] + 1;
    }

    /** The position behind its code. */
    int to() {
        int next = first + inside + 1;
        return next == dispatch.blocks ? dispatch.loopEnd : dispatch.ends[next];
    }

    boolean isLast() {
        return first + inside + 1 == dispatch.blocks;
    }

    /** The local's value that leads to the segment after this one. */
    int nextValue() {
        return dispatch.valueOf(first + inside + 1);
    }
}
