package io.postern.filters.opa.builtin;

import java.util.Arrays;

/**
 * A network: address octets and the length of the prefix. Text only, nothing is looked up.
 *
 * @param octets 4 or 16
 * @param prefix bits that count
 */
record Cidr(byte[] octets, int prefix) {
    private static final int IPV4_MAPPED_PREFIX = 96;

    static boolean isValid(String text) {
        try {
            of(text);
            return true;
        } catch (BuiltinError e) {
            return false;
        }
    }

    static Cidr of(String text) {
        int slash = text.indexOf('/');
        String digits = slash < 0 ? "" : text.substring(slash + 1);
        if (!digits.matches("0|[1-9][0-9]{0,2}")) {
            throw new BuiltinError("invalid CIDR address: " + text);
        }
        byte[] octets = IpText.parse(text.substring(0, slash));
        int prefix = Integer.parseInt(digits);
        if (prefix > octets.length * 8) {
            throw new BuiltinError("invalid CIDR address: " + text);
        }
        return new Cidr(octets, prefix);
    }

    static Cidr ofAddressOrNetwork(String text) {
        if (text.indexOf('/') >= 0) {
            return of(text);
        }
        byte[] octets = IpText.parse(text);
        return new Cidr(octets, octets.length * 8).unmapped();
    }

    boolean contains(Cidr other) {
        if (octets.length != other.octets.length || other.prefix < prefix) {
            return false;
        }
        int whole = prefix / 8;
        if (!Arrays.equals(octets, 0, whole, other.octets, 0, whole)) {
            return false;
        }
        int mask = (0xff00 >> (prefix % 8)) & 0xff;
        return prefix % 8 == 0 || (octets[whole] & mask) == (other.octets[whole] & mask);
    }

    // ::ffff:1.2.3.4 is 1.2.3.4, as for Go's net.IP.
    private Cidr unmapped() {
        boolean isMapped = octets.length == 16 && octets[10] == -1 && octets[11] == -1;
        for (int i = 0; isMapped && i < 10; i++) {
            isMapped = octets[i] == 0;
        }
        return isMapped && prefix >= IPV4_MAPPED_PREFIX
                ? new Cidr(Arrays.copyOfRange(octets, 12, 16), prefix - IPV4_MAPPED_PREFIX)
                : this;
    }
}
