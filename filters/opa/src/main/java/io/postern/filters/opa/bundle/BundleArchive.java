package io.postern.filters.opa.bundle;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Takes named files out of a tar.gz in memory. Everything else is passed over unread, nothing
 * touches the disk, and the whole is bounded: a small archive that unpacks to gigabytes is refused.
 *
 * <p>Source: POSIX.1-1988 ustar headers, which OPA writes.
 */
final class BundleArchive {
    private static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int SIZE = 124;
    private static final int SIZE_DIGITS = 12;
    private static final int TYPE = 156;
    private static final int PREFIX = 345;
    private static final int PREFIX_LENGTH = 155;
    private static final int MOST_ENTRIES = 10_000;
    private static final long MOST_UNPACKED = 256L << 20;

    private BundleArchive() {}

    /** The wanted files by name, each at most as long as its number says. */
    static Map<String, byte[]> read(byte[] gzip, Map<String, Integer> wanted) throws IOException {
        var found = new HashMap<String, byte[]>();
        try (var tar = new GZIPInputStream(new ByteArrayInputStream(gzip), 1 << 16)) {
            long unpacked = 0;
            for (int i = 0; i < MOST_ENTRIES; i++) {
                byte[] header = tar.readNBytes(BLOCK);
                if (header.length == 0 || isEnd(header)) {
                    return found;
                }
                if (header.length < BLOCK) {
                    throw new IOException("cut off inside an entry's header");
                }
                unpacked += entry(header, tar, wanted, found);
                if (unpacked > MOST_UNPACKED) {
                    throw new IOException("larger than " + MOST_UNPACKED + " bytes unpacked");
                }
            }
        }
        throw new IOException("more than " + MOST_ENTRIES + " entries");
    }

    private static long entry(
            byte[] header, InputStream tar, Map<String, Integer> wanted, Map<String, byte[]> found)
            throws IOException {
        String name = name(header);
        long size = size(header);
        long padded = (size + BLOCK - 1) / BLOCK * BLOCK;
        Integer limit = wanted.get(name);
        boolean isFile = header[TYPE] == '0' || header[TYPE] == 0;
        if (limit == null || !isFile) {
            skip(tar, padded, name);
            return padded;
        }
        if (size > limit) {
            throw new IOException(
                    name + " has " + size + " bytes (expected: at most " + limit + ")");
        }
        byte[] content = tar.readNBytes((int) size);
        if (content.length < size) {
            throw new IOException("cut off inside " + name);
        }
        if (found.put(name, content) != null) {
            throw new IOException(name + " is there twice");
        }
        skip(tar, padded - size, name);
        return padded;
    }

    private static void skip(InputStream tar, long count, String name) throws IOException {
        if (count > MOST_UNPACKED) {
            throw new IOException(name + " is larger than " + MOST_UNPACKED + " bytes");
        }
        try {
            tar.skipNBytes(count);
        } catch (EOFException e) {
            throw new IOException("cut off inside " + name, e);
        }
    }

    private static String name(byte[] header) {
        String name = text(header, 0, NAME);
        String prefix = text(header, PREFIX, PREFIX_LENGTH);
        String path = prefix.isEmpty() ? name : prefix + '/' + name;
        int start = path.startsWith("./") ? 2 : 0;
        while (start < path.length() && path.charAt(start) == '/') {
            start++;
        }
        return path.substring(start);
    }

    private static String text(byte[] header, int start, int length) {
        int end = start;
        while (end < start + length && header[end] != 0) {
            end++;
        }
        return new String(header, start, end - start, StandardCharsets.UTF_8);
    }

    private static long size(byte[] header) throws IOException {
        String digits = text(header, SIZE, SIZE_DIGITS).strip();
        try {
            long size = digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
            if (size >= 0) {
                return size;
            }
        } catch (NumberFormatException e) {
            throw new IOException("size of " + name(header) + " is not octal: " + digits, e);
        }
        throw new IOException("size of " + name(header) + " is negative");
    }

    private static boolean isEnd(byte[] header) {
        for (byte octet : header) {
            if (octet != 0) {
                return false;
            }
        }
        return true;
    }
}
