package io.postern.filters.wasm.abi;

/**
 * Which names and values a plugin may put into a header map. Envoy takes anything, so that a plugin
 * can smuggle a second request past it; here a name is a token (a leading colon marks a
 * pseudo-header) and a value has no CR, LF or NUL (RFC 9110 sections 5.1 and 5.5).
 */
final class HeaderText {
    private static final boolean[] TOKEN = new boolean[128];

    static {
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                .chars()
                .forEach(c -> TOKEN[c] = true);
    }

    private HeaderText() {}

    static boolean isName(byte[] bytes, int offset, int length) {
        int from = length > 1 && bytes[offset] == ':' ? 1 : 0;
        if (length <= from) {
            return false;
        }
        for (int i = from; i < length; i++) {
            byte octet = bytes[offset + i];
            if (octet < 0 || !TOKEN[octet]) {
                return false;
            }
        }
        return true;
    }

    static boolean isValue(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            byte octet = bytes[i];
            if (octet == '\r' || octet == '\n' || octet == 0) {
                return false;
            }
        }
        return true;
    }
}
