package io.postern.filters.wasm.engine.translate;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What has to be known about a body, or a part of one, before it is translated. */
final class BodyScan {
    private static final int BLOCK = 0x02;
    private static final int LOOP = 0x03;
    private static final int IF = 0x04;
    private static final int END = 0x0b;
    private static final int BR = 0x0c;
    private static final int BR_IF = 0x0d;
    private static final int BR_TABLE = 0x0e;
    private static final int LOCAL_GET = 0x20;
    private static final int LOCAL_SET = 0x21;
    private static final int LOCAL_TEE = 0x22;
    private static final int I32_CONST = 0x41;

    final BitSet read = new BitSet();
    final BitSet written = new BitSet();
    boolean calls;
    private @Nullable Dispatch entry;
    private boolean branched;

    private final Map<Integer, Dispatch> dispatches = new HashMap<>();
    private final List<@Nullable Dispatch> open = new ArrayList<>();

    /** By depth: which block of which table is open, to note where it ends. */
    private final List<@Nullable Link> links = new ArrayList<>();

    private record Link(Dispatch dispatch, int number) {
        void endsAt(int position) {
            if (number < 0) {
                dispatch.loopEnd = position;
            } else {
                dispatch.ends[number] = position;
            }
        }
    }

    private @Nullable Dispatch chained;
    private int chain;

    private BodyScan() {}

    /** {@code code} stands behind the local declarations and is used up. */
    static BodyScan of(Code code) {
        var scan = new BodyScan();
        scan.open.add(null);
        scan.links.add(null);
        scan.run(code);
        return scan;
    }

    /** The jump table at the loop whose opcode is at {@code position}, if it is one. */
    @Nullable Dispatch dispatch(int position) {
        return dispatches.get(position);
    }

    /** The jump table that a function begins with; only straight code is before it. */
    @Nullable Dispatch entryDispatch() {
        return entry;
    }

    private void run(Code in) {
        // "const K, set L, br" is what a jump through a table looks like
        int constant = 0;
        int constantAt = -1;
        int set = -1;
        int setAt = -1;
        for (int number = 0; in.hasMore(); number++) {
            int position = in.at;
            int opcode = in.octet();
            switch (opcode) {
                case BLOCK, LOOP, IF -> {
                    Immediates.skip(in, opcode);
                    Dispatch found = opcode == LOOP ? dispatchAt(position, in) : null;
                    if (found != null && !branched && !written.get(found.local)) {
                        entry = found;
                    }
                    branched |= opcode != BLOCK;
                    open(found);
                }
                case END -> {
                    if (!open.isEmpty()) {
                        open.removeLast();
                        Link link = links.removeLast();
                        if (link != null) {
                            link.endsAt(position);
                        }
                    }
                }
                case LOCAL_GET -> read.set(local(in));
                case LOCAL_TEE -> written.set(local(in));
                case LOCAL_SET -> {
                    set = local(in);
                    setAt = number;
                    written.set(set);
                }
                case I32_CONST -> {
                    constant = in.s32();
                    constantAt = number;
                }
                case BR, BR_IF -> {
                    branched = true;
                    Dispatch loop = loop(in.u32());
                    if (loop != null) {
                        boolean known =
                                opcode == BR
                                        && setAt == number - 1
                                        && constantAt == number - 2
                                        && set == loop.local;
                        note(loop, known, constant);
                    }
                }
                case BR_TABLE -> {
                    branched = true;
                    for (int i = in.u32(); i >= 0; i--) {
                        note(loop(in.u32()), false, 0);
                    }
                }
                default -> {
                    calls |= opcode >= 0x10 && opcode <= 0x13;
                    Immediates.skip(in, opcode);
                }
            }
        }
    }

    private static int local(Code in) {
        int index = in.u32();
        if (index < 0 || index > 50_000) { // the limit of the JavaScript embedding
            throw new InvalidCode("unknown local " + Integer.toUnsignedString(index));
        }
        return index;
    }

    private static void note(@Nullable Dispatch loop, boolean known, int constant) {
        if (loop == null) {
            return;
        }
        if (known && constant >= 0) {
            loop.jumps.set(constant);
        } else {
            loop.onlyConstants = false;
        }
    }

    private void open(@Nullable Dispatch dispatch) {
        open.add(dispatch);
        if (dispatch != null) {
            links.add(new Link(dispatch, -1));
            chained = dispatch;
            chain = dispatch.blocks;
        } else {
            links.add(chained != null && chain > 0 ? new Link(chained, --chain) : null);
        }
        if (dispatch != null) {
            dispatches.put(dispatch.tableAt, dispatch);
        }
    }

    private @Nullable Dispatch loop(int depth) {
        int index = open.size() - 1 - depth;
        return depth >= 0 && index >= 0 ? open.get(index) : null;
    }

    private @Nullable Dispatch dispatchAt(int loopAt, Code in) {
        var ahead = new Code(in.bytes, in.at, in.end);
        int blocks = 0;
        while (ahead.peek() == BLOCK) {
            ahead.octet();
            if (ahead.octet() != 0x40) {
                return null;
            }
            blocks++;
        }
        if (blocks == 0 || ahead.peek() != LOCAL_GET || in.bytes[loopAt + 1] != 0x40) {
            return null;
        }
        ahead.octet();
        int local = ahead.u32();
        int tableAt = ahead.at;
        if (ahead.peek() != BR_TABLE) {
            return null;
        }
        ahead.octet();
        int count = ahead.u32();
        if (count < 0 || count > in.end - ahead.at) {
            return null;
        }
        var table = new int[count + 1];
        for (int i = 0; i <= count; i++) {
            table[i] = ahead.u32() & Integer.MAX_VALUE;
        }
        var found = new Dispatch(local, tableAt, blocks, table);
        dispatches.put(loopAt, found);
        return found;
    }
}
