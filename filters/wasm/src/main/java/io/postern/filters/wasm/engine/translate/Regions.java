package io.postern.filters.wasm.engine.translate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Divides a large function into parts that become methods of their own. While the function is
 * translated for trial, this notes where the operand stack is empty above a block's own operands:
 * what lies between two such places of one block is a statement, and a run of statements can move
 * to another method.
 */
final class Regions {
    /** About the bytes that a call of a part needs. */
    private static final int CALL_BYTES = 400;

    /** A part is no smaller than this share of a method. */
    private static final int LEAST_SHARE = 16;

    private final List<Sequence> open = new ArrayList<>();
    private final List<Sequence> closed = new ArrayList<>();
    private final Map<Integer, Integer> ends = new HashMap<>();

    /** The statements of one block; their own bytes, then those of the blocks in them. */
    private static final class Sequence {
        final List<Statement> statements = new ArrayList<>();
    }

    private static final class Statement {
        final int start;
        final int sizeAtStart;
        final List<Sequence> inner = new ArrayList<>();
        int end;
        int bytes;
        boolean movable = true;

        Statement(int start, int sizeAtStart) {
            this.start = start;
            this.sizeAtStart = sizeAtStart;
        }
    }

    /** A block's body begins. */
    void enter() {
        var sequence = new Sequence();
        if (!open.isEmpty() && !open.getLast().statements.isEmpty()) {
            open.getLast().statements.getLast().inner.add(sequence);
        }
        open.add(sequence);
    }

    /**
     * A block's body ends at a position.
     *
     * @param empty nothing is on the operand stack that the block would hand on
     */
    void leave(int position, int size, boolean empty) {
        Sequence sequence = open.removeLast();
        List<Statement> statements = sequence.statements;
        if (!statements.isEmpty() && statements.getLast().start == position) {
            statements.removeLast(); // the end of the block is no statement
        }
        finish(sequence, position, size);
        if (!empty && !sequence.statements.isEmpty()) {
            sequence.statements.getLast().movable = false;
        }
        closed.add(sequence);
    }

    /** The operand stack is empty at an instruction that can be reached. */
    void boundary(int position, int size) {
        Sequence sequence = open.getLast();
        finish(sequence, position, size);
        sequence.statements.add(new Statement(position, size));
    }

    private static void finish(Sequence sequence, int position, int size) {
        if (!sequence.statements.isEmpty()) {
            Statement last = sequence.statements.getLast();
            last.end = position;
            last.bytes = size - last.sizeAtStart;
        }
    }

    /** Decides about the parts; {@code most}: bytes of a method. */
    void divide(int most) {
        divide(closed.getLast(), most);
    }

    /** Where the part ends that starts at a position, or null. */
    @Nullable Integer end(int position) {
        return ends.get(position);
    }

    private int divide(Sequence sequence, int most) {
        int total = 0;
        for (Statement statement : sequence.statements) {
            int saved = 0;
            for (Sequence inner : statement.inner) {
                int before = bytes(inner);
                saved += before - divide(inner, most);
            }
            statement.bytes -= saved;
            total += statement.bytes;
        }
        return total > most ? group(sequence.statements, most) : total;
    }

    private static int bytes(Sequence sequence) {
        int bytes = 0;
        for (Statement statement : sequence.statements) {
            bytes += statement.bytes;
        }
        return bytes;
    }

    private int group(List<Statement> statements, int most) {
        int left = 0;
        int first = 0;
        int run = 0;
        for (int i = 0; i <= statements.size(); i++) {
            boolean full =
                    i == statements.size()
                            || !statements.get(i).movable
                            || run + statements.get(i).bytes > most;
            if (full && i > first) {
                if (statements.get(first).movable && run >= most / LEAST_SHARE) {
                    ends.put(statements.get(first).start, statements.get(i - 1).end);
                    left += CALL_BYTES;
                } else {
                    left += run;
                }
                first = i;
                run = 0;
            }
            if (i < statements.size()) {
                run += statements.get(i).bytes;
            }
        }
        return left;
    }
}
