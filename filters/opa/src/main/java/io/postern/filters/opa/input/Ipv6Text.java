package io.postern.filters.opa.input;

/** IPv6 addresses as Envoy shows them: RFC 5952, the longest run of zeros as {@code ::}. */
final class Ipv6Text {
    private static final int GROUPS = 8;

    private Ipv6Text() {}

    static String of(byte[] address) {
        int bestStart = -1;
        int bestLength = 1; // one group alone is not shortened
        for (int i = 0; i < GROUPS; i++) {
            int length = zeros(address, i);
            if (length > bestLength) {
                bestStart = i;
                bestLength = length;
            }
        }
        var text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
                continue;
            }
            if (i > 0 && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(group(address, i)));
        }
        return text.toString();
    }

    private static int zeros(byte[] address, int from) {
        int i = from;
        while (i < GROUPS && group(address, i) == 0) {
            i++;
        }
        return i - from;
    }

    private static int group(byte[] address, int index) {
        return ((address[index * 2] & 0xff) << 8) | (address[index * 2 + 1] & 0xff);
    }
}
