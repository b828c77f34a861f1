package io.postern.core.rollout;

import io.postern.sdk.Body;
import java.util.Arrays;
import java.util.Objects;

/** A copy of a body, which a shadow may change. Confined to one thread. */
final class ReplayedBody implements Body {
    private byte[] octets;

    ReplayedBody(byte[] octets) {
        this.octets = octets;
    }

    @Override
    public int length() {
        return octets.length;
    }

    @Override
    public void copyTo(int index, byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(index, length, octets.length);
        System.arraycopy(octets, index, target, offset, length);
    }

    @Override
    public void replace(int index, int length, byte[] source, int offset, int count) {
        Objects.checkFromIndexSize(index, length, octets.length);
        byte[] next = Arrays.copyOf(octets, Math.addExact(octets.length - length, count));
        System.arraycopy(source, offset, next, index, count);
        int behind = octets.length - index - length;
        System.arraycopy(octets, index + length, next, index + count, behind);
        octets = next;
    }
}
