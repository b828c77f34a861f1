package io.postern.sdk;

/**
 * The body bytes that a filter sees in one callback: what it has held back so far and the new chunk
 * after it. Owned by the filter chain; valid only inside the callback, or while the filter is
 * paused through {@link FilterCallbacks#requestBody()} and {@link FilterCallbacks#responseBody()}.
 *
 * <p>Edits change what goes on to the next filter; the filter chain keeps {@code content-length}
 * right. Indexes and lengths are in bytes; out of range is an {@link IndexOutOfBoundsException}.
 */
public interface Body {
    /** Bytes that can be read now. */
    int length();

    /** Copies {@code length} bytes from {@code index} to {@code target} at {@code offset}. */
    void copyTo(int index, byte[] target, int offset, int length);

    /** Replaces {@code length} bytes at {@code index} by {@code count} bytes of {@code source}. */
    void replace(int index, int length, byte[] source, int offset, int count);
}
