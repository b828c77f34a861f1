package io.postern.filters.wasm.engine.translate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;

/**
 * Where a function's locals are in the JVM method: parameters, the instance, the other locals; in a
 * part of a split function the frame array, the instance, the locals that the part uses. Then come
 * the count of loop turns and temporaries.
 */
final class LocalSlots {
    private final byte[] types;
    private final int[] slots;
    private final int guest;
    private final int frame;
    private final int turns;
    private final int firstTemporary;
    private final Object[] frameTypes;
    private int most;

    private LocalSlots(byte[] types, int parameters, @Nullable BitSet used, boolean split) {
        this.types = types;
        slots = new int[types.length];
        var found = new ArrayList<Object>();
        int next = 0;
        boolean part = used != null;
        if (part) {
            frame = next++;
            guest = next++;
            found.add("[J");
            found.add(Names.GUEST);
        } else {
            for (int i = 0; i < parameters; i++) {
                slots[i] = next;
                next += Types.slots(types[i]);
                found.add(Types.frameType(types[i]));
            }
            guest = next++;
            found.add(Names.GUEST);
            frame = split ? next++ : -1;
            if (split) {
                found.add("[J");
            }
        }
        for (int i = part ? 0 : parameters; i < types.length; i++) {
            slots[i] = -1;
            if (used == null || used.get(i)) {
                slots[i] = next;
                next += Types.slots(types[i]);
                found.add(Types.frameType(types[i]));
            }
        }
        turns = next++;
        found.add(Opcodes.INTEGER);
        firstTemporary = next;
        most = next;
        frameTypes = found.toArray();
    }

    static LocalSlots ofFunction(byte[] types, int parameters, boolean split) {
        return new LocalSlots(types, parameters, null, split);
    }

    static LocalSlots ofPart(byte[] types, BitSet used) {
        return new LocalSlots(types, 0, used, true);
    }

    int count() {
        return types.length;
    }

    byte type(int local) {
        if (local < 0 || local >= types.length) {
            throw new InvalidCode("unknown local " + Integer.toUnsignedString(local));
        }
        return types[local];
    }

    byte[] types() {
        return types;
    }

    int slot(int local) {
        return slots[local];
    }

    int guest() {
        return guest;
    }

    int frame() {
        return frame;
    }

    /** Counts the turns of loops down to the next look at the stop flag. */
    int turns() {
        return turns;
    }

    /** A slot for a value of any type that does not live across a label. */
    int temporary(int number) {
        int slot = firstTemporary + 2 * number;
        most = Math.max(most, slot + 2);
        return slot;
    }

    int most() {
        return most;
    }

    Object[] frameTypes() {
        return frameTypes;
    }

    /** With an int in temporary 0, which is the slot after the count of turns. */
    Object[] frameTypesWithTemporary() {
        Object[] types = Arrays.copyOf(frameTypes, frameTypes.length + 1);
        types[frameTypes.length] = Opcodes.INTEGER;
        return types;
    }
}
