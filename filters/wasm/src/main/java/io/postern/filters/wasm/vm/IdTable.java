package io.postern.filters.wasm.vm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The living contexts of one instance by id, without boxing. Linear probing. Confined to one
 * thread.
 *
 * @param <T> something with a number of its own
 */
final class IdTable<T> {
    private final ToIntFunction<T> idOf;
    private @Nullable Object[] slots = new Object[16];
    private int size;

    IdTable(ToIntFunction<T> idOf) {
        this.idOf = idOf;
    }

    int size() {
        return size;
    }

    @Nullable T get(int id) {
        for (int at = slot(id); ; at = next(at)) {
            T found = at(at);
            if (found == null || idOf.applyAsInt(found) == id) {
                return found;
            }
        }
    }

    void put(T context) {
        if ((size + 1) * 2 > slots.length) {
            grow();
        }
        size++;
        insert(context);
    }

    void remove(int id) {
        int hole = slot(id);
        for (T found = at(hole); ; hole = next(hole), found = at(hole)) {
            if (found == null) {
                return;
            }
            if (idOf.applyAsInt(found) == id) {
                break;
            }
        }
        size--;
        // Moves later ones of the same run up, so that searches need no tombstones.
        for (int at = next(hole); ; at = next(at)) {
            T moved = at(at);
            if (moved == null) {
                break;
            }
            int home = slot(idOf.applyAsInt(moved));
            boolean stays = hole <= at ? hole < home && home <= at : hole < home || home <= at;
            if (!stays) {
                slots[hole] = moved;
                hole = at;
            }
        }
        slots[hole] = null;
    }

    /** A copy, for walking while contexts come and go. */
    List<T> all() {
        var all = new ArrayList<T>(size);
        for (int at = 0; at < slots.length; at++) {
            T context = at(at);
            if (context != null) {
                all.add(context);
            }
        }
        return all;
    }

    private void insert(T context) {
        int at = slot(idOf.applyAsInt(context));
        while (slots[at] != null) {
            at = next(at);
        }
        slots[at] = context;
    }

    private void grow() {
        List<T> before = all();
        slots = new Object[slots.length * 2];
        before.forEach(this::insert);
    }

    @SuppressWarnings("unchecked") // only a T is ever put in
    private @Nullable T at(int slot) {
        return (T) slots[slot];
    }

    private int slot(int id) {
        return id & (slots.length - 1); // ids are consecutive: they spread by themselves
    }

    private int next(int at) {
        return (at + 1) & (slots.length - 1);
    }
}
