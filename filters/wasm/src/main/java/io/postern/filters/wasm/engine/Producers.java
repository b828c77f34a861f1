package io.postern.filters.wasm.engine;

import io.postern.filters.wasm.engine.translate.Code;
import io.postern.filters.wasm.engine.translate.InvalidCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The custom section in which tools say who they are (tool conventions, ProducersSection). */
final class Producers {
    private Producers() {}

    /** Names with versions by field; empty when there is no section or it is not well formed. */
    static Map<String, List<String>> read(byte[] section) {
        if (section.length == 0) {
            return Map.of();
        }
        try {
            return fields(new Code(section, 0, section.length), section);
        } catch (InvalidCode | IndexOutOfBoundsException e) {
            return Map.of(); // a courtesy of the tools: nothing depends on it
        }
    }

    private static Map<String, List<String>> fields(Code in, byte[] section) {
        var fields = new LinkedHashMap<String, List<String>>();
        for (int field = in.u32(); field > 0; field--) {
            String name = text(in, section);
            var values = new ArrayList<String>();
            for (int value = in.u32(); value > 0; value--) {
                values.add((text(in, section) + " " + text(in, section)).strip());
            }
            fields.put(name, List.copyOf(values));
        }
        return fields;
    }

    private static String text(Code in, byte[] section) {
        int length = in.u32();
        int start = in.position();
        in.skip(length);
        return new String(section, start, length, StandardCharsets.UTF_8);
    }
}
