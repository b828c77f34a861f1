package io.postern.filters.wasm.abi;

import io.postern.sdk.HeaderMap;

/** Keeps pseudo-headers single and first, as the gateway's header maps have them. */
final class PseudoHeaders {
    private PseudoHeaders() {}

    /** Replaces the pseudo-header, or puts it before everything else. */
    static void set(
            HeaderMap map, byte[] bytes, int name, int nameLength, int value, int valueLength) {
        if (map.indexOf(bytes, name, nameLength, 0) >= 0) {
            map.set(bytes, name, nameLength, bytes, value, valueLength);
            return;
        }
        var before = new HeaderMap(map.octetCount() + nameLength + valueLength);
        before.copyFrom(map);
        map.clear();
        map.add(bytes, name, nameLength, bytes, value, valueLength);
        copy(before, map, true);
        copy(before, map, false);
    }

    /** Appends the lines of one kind. */
    static void copy(HeaderMap from, HeaderMap to, boolean pseudo) {
        byte[] octets = from.octets();
        for (int i = 0; i < from.size(); i++) {
            int name = from.nameStart(i);
            if ((octets[name] == ':') == pseudo) {
                int value = from.valueStart(i);
                to.add(octets, name, from.nameLength(i), octets, value, from.valueLength(i));
            }
        }
    }
}
