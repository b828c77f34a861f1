package io.postern.core.headers;

import io.netty.util.NetUtil;
import io.postern.config.model.FilterChain.CidrRange;
import java.net.InetAddress;

/** Addresses with a common prefix. Thread-safe: immutable. */
record AddressRange(byte[] prefix, int bits) {
    static AddressRange of(CidrRange range) {
        byte[] prefix = NetUtil.createByteArrayFromIpAddressString(range.addressPrefix());
        if (prefix == null
                || range.prefixLength() < 0
                || range.prefixLength() > prefix.length * 8) {
            throw new IllegalArgumentException(
                    "address range: "
                            + range.addressPrefix()
                            + "/"
                            + range.prefixLength()
                            + " (expected: an IP address and at most its number of bits)");
        }
        return new AddressRange(prefix, range.prefixLength());
    }

    boolean contains(InetAddress candidate) {
        byte[] address = candidate.getAddress();
        if (address.length != prefix.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit += 8) {
            int mask = 0xff << Math.max(0, 8 - (bits - bit)) & 0xff;
            if (((address[bit / 8] ^ prefix[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
