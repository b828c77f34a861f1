package io.postern.filters.opa.builtin;

import java.util.Arrays;

/** IP addresses in text, as strict as Go's {@code netip}: no leading zeros, no host names. */
final class IpText {
    private static final int GROUPS = 8;

    private IpText() {}

    static byte[] parse(String text) {
        return text.indexOf(':') >= 0 ? six(text) : four(text);
    }

    private static byte[] four(String text) {
        String[] parts = text.split("\\.", -1);
        check(parts.length == 4, text);
        byte[] octets = new byte[4];
        for (int i = 0; i < 4; i++) {
            check(parts[i].matches("0|[1-9][0-9]{0,2}") && Integer.parseInt(parts[i]) < 256, text);
            octets[i] = (byte) Integer.parseInt(parts[i]);
        }
        return octets;
    }

    private static byte[] six(String text) {
        int gap = text.indexOf("::");
        check(gap < 0 || text.indexOf("::", gap + 1) < 0, text);
        byte[] head = groups(gap < 0 ? text : text.substring(0, gap), text);
        byte[] tail = gap < 0 ? new byte[0] : groups(text.substring(gap + 2), text);
        int given = head.length + tail.length;
        check(gap < 0 ? given == GROUPS * 2 : given < GROUPS * 2, text);
        byte[] octets = Arrays.copyOf(head, GROUPS * 2);
        System.arraycopy(tail, 0, octets, GROUPS * 2 - tail.length, tail.length);
        return octets;
    }

    private static byte[] groups(String part, String text) {
        if (part.isEmpty()) {
            return new byte[0];
        }
        String[] groups = part.split(":", -1);
        boolean endsInFour = groups[groups.length - 1].indexOf('.') >= 0;
        int plain = endsInFour ? groups.length - 1 : groups.length;
        check(plain <= GROUPS, text);
        byte[] octets = new byte[plain * 2 + (endsInFour ? 4 : 0)];
        for (int i = 0; i < plain; i++) {
            check(groups[i].matches("[0-9a-fA-F]{1,4}"), text);
            int value = Integer.parseInt(groups[i], 16);
            octets[i * 2] = (byte) (value >> 8);
            octets[i * 2 + 1] = (byte) value;
        }
        if (endsInFour) {
            System.arraycopy(four(groups[plain]), 0, octets, plain * 2, 4);
        }
        return octets;
    }

    private static void check(boolean valid, String text) {
        if (!valid) {
            throw new BuiltinError("invalid IP address: " + text);
        }
    }
}
