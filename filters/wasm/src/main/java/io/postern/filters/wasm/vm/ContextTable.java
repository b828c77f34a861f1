package io.postern.filters.wasm.vm;

import org.jspecify.annotations.Nullable;

/**
 * The living contexts of one instance by id, without boxing. Linear probing; ids are never 0.
 * Confined to one thread.
 */
final class ContextTable {
    private @Nullable Context[] slots = new Context[16];
    private int size;

    int size() {
        return size;
    }

    @Nullable Context get(int id) {
        for (int at = slot(id); ; at = next(at)) {
            Context found = slots[at];
            if (found == null || found.id() == id) {
                return found;
            }
        }
    }

    void put(Context context) {
        if (++size * 2 > slots.length) {
            grow();
        }
        insert(context);
    }

    void remove(int id) {
        int hole = slot(id);
        for (Context found = slots[hole]; ; hole = next(hole), found = slots[hole]) {
            if (found == null) {
                return;
            }
            if (found.id() == id) {
                break;
            }
        }
        size--;
        // Moves later ones of the same run up, so that searches need no tombstones.
        for (int at = next(hole); ; at = next(at)) {
            Context moved = slots[at];
            if (moved == null) {
                break;
            }
            int home = slot(moved.id());
            boolean stays = hole <= at ? hole < home && home <= at : hole < home || home <= at;
            if (!stays) {
                slots[hole] = moved;
                hole = at;
            }
        }
        slots[hole] = null;
    }

    /** A copy, for walking while contexts come and go. */
    Context[] all() {
        var all = new Context[size];
        int at = 0;
        for (Context context : slots) {
            if (context != null) {
                all[at++] = context;
            }
        }
        return all;
    }

    private void insert(Context context) {
        int at = slot(context.id());
        while (slots[at] != null) {
            at = next(at);
        }
        slots[at] = context;
    }

    private void grow() {
        @Nullable Context[] before = slots;
        slots = new Context[before.length * 2];
        for (Context context : before) {
            if (context != null) {
                insert(context);
            }
        }
    }

    private int slot(int id) {
        return id & (slots.length - 1); // ids are consecutive: they spread by themselves
    }

    private int next(int at) {
        return (at + 1) & (slots.length - 1);
    }
}
