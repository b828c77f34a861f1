package io.postern.xds.oci.layout;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar (POSIX.1-1988 ustar, pax paths and sizes, GNU long names) entry by entry, forwards,
 * without ever writing a file by a name that is in it. Confined to one thread; its stream is the
 * caller's.
 */
final class TarReader {
    private static final int BLOCK = 512;
    private static final int MOST_ENTRIES = 200_000;
    private static final int MOST_HEADER_BYTES = 1 << 20;
    private static final int NAME = 0;
    private static final int NAME_LENGTH = 100;
    private static final int SIZE = 124;
    private static final int SIZE_LENGTH = 12;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int TYPE = 156;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;
    private static final int PREFIX_LENGTH = 155;
    private static final long CHUNK = 1 << 16;

    /** What an entry is. */
    enum Kind {
        FILE,
        LINK,
        OTHER
    }

    /**
     * An entry; its content is what comes next on the stream.
     *
     * @param size in bytes
     */
    record Entry(String name, Kind kind, long size) {}

    private final InputStream in;
    private long unread;
    private long padding;
    private int entries;
    private @Nullable String longName;
    private long paxSize = -1;

    TarReader(InputStream in) {
        this.in = in;
    }

    /** Whether {@code head} is the start of a tar: its first block's checksum is right. */
    static boolean startsTar(byte[] head) {
        return head.length >= BLOCK && head[0] != 0 && checksumFits(head);
    }

    /** The next entry; what of the last one was not read is skipped. Nothing: the end. */
    Optional<Entry> next() throws IOException {
        while (true) {
            skip(unread + padding);
            unread = 0;
            padding = 0;
            byte[] block = in.readNBytes(BLOCK);
            if (block.length == 0 || isZero(block)) {
                return Optional.empty();
            }
            if (block.length < BLOCK) {
                throw new EOFException("the tar ends inside a header");
            }
            if (!checksumFits(block)) {
                throw new IOException("no tar: the checksum of a header is wrong");
            }
            if (++entries > MOST_ENTRIES) {
                throw new IOException("over " + MOST_ENTRIES + " entries");
            }
            long size = number(block, SIZE, SIZE_LENGTH);
            char type = (char) block[TYPE];
            if (!meta(type, size)) {
                return Optional.of(entry(block, type, size));
            }
        }
    }

    /** The content of the entry last returned, up to its end. */
    InputStream content() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                if (unread == 0) {
                    return -1;
                }
                int read = in.read(into, from, (int) Math.min(length, unread));
                if (read < 0) {
                    throw new EOFException("the tar ends inside a file");
                }
                unread -= read;
                return read;
            }
        };
    }

    private Entry entry(byte[] block, char type, long headerSize) {
        String name = longName == null ? ustarName(block) : longName;
        long size = paxSize >= 0 ? paxSize : headerSize;
        longName = null;
        paxSize = -1;
        Kind kind =
                switch (type) {
                    case '0', '\0', '7' -> Kind.FILE;
                    case '1', '2' -> Kind.LINK;
                    default -> Kind.OTHER;
                };
        unread = kind == Kind.LINK ? 0 : size;
        padding = (BLOCK - unread % BLOCK) % BLOCK;
        return new Entry(name, kind, unread);
    }

    /** Takes an entry that only describes the next one; false for any other. */
    private boolean meta(char type, long size) throws IOException {
        if (type != 'x' && type != 'g' && type != 'L' && type != 'K') {
            return false;
        }
        if (size > MOST_HEADER_BYTES) {
            throw new IOException("a header of " + size + " bytes");
        }
        byte[] content = in.readNBytes((int) size);
        if (content.length < size) {
            throw new EOFException("the tar ends inside a header");
        }
        padding = (BLOCK - size % BLOCK) % BLOCK;
        if (type == 'L') {
            longName = text(content, 0, content.length);
        } else if (type == 'x') {
            pax(new String(content, StandardCharsets.UTF_8));
        }
        return true;
    }

    /** Records are {@code LENGTH NAME=VALUE\n}; names of paths have no line breaks that we need. */
    private void pax(String records) throws IOException {
        for (String line : records.split("\n", -1)) {
            int space = line.indexOf(' ');
            int equals = line.indexOf('=');
            if (space < 0 || equals < space) {
                continue;
            }
            String value = line.substring(equals + 1);
            switch (line.substring(space + 1, equals)) {
                case "path" -> longName = value;
                case "size" -> paxSize = decimal(value);
                default -> {
                    // times, owners, attributes: nothing that we use
                }
            }
        }
    }

    private static long decimal(String value) throws IOException {
        try {
            long size = Long.parseLong(value);
            if (size >= 0) {
                return size;
            }
        } catch (NumberFormatException _) {
            // refused below
        }
        throw new IOException("a size that is no number");
    }

    private static String ustarName(byte[] block) {
        String name = text(block, NAME, NAME_LENGTH);
        boolean ustar = text(block, MAGIC, 5).equals("ustar") && block[MAGIC + 5] == 0;
        String prefix = ustar ? text(block, PREFIX, PREFIX_LENGTH) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String text(byte[] block, int at, int length) {
        int end = at;
        while (end < at + length && block[end] != 0) {
            end++;
        }
        return new String(block, at, end - at, StandardCharsets.UTF_8);
    }

    /** Octal digits, or GNU's base 256 for what is too large for them. */
    private static long number(byte[] block, int at, int length) throws IOException {
        long value = 0;
        if ((block[at] & 0x80) != 0) {
            value = block[at] & 0x3f;
            for (int i = at + 1; i < at + length; i++) {
                if (value > Long.MAX_VALUE >> 8) {
                    throw new IOException("a size that is too large");
                }
                value = (value << 8) | (block[i] & 0xff);
            }
            return value;
        }
        for (int i = at; i < at + length && block[i] != 0; i++) {
            if (block[i] >= '0' && block[i] <= '7') {
                value = (value << 3) | (block[i] - '0');
            } else if (block[i] != ' ') {
                throw new IOException("a size that is no number");
            }
        }
        return value;
    }

    private static boolean checksumFits(byte[] block) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean own = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH;
            sum += own ? ' ' : block[i] & 0xff;
        }
        try {
            return sum == number(block, CHECKSUM, CHECKSUM_LENGTH);
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean isZero(byte[] block) {
        for (byte octet : block) {
            if (octet != 0) {
                return false;
            }
        }
        return true;
    }

    /** Reads over it: a stream's own skip may stop early, and would not see its end. */
    private void skip(long bytes) throws IOException {
        byte[] chunk = new byte[(int) Math.min(bytes, CHUNK)];
        for (long left = bytes; left > 0; ) {
            int read = in.read(chunk, 0, (int) Math.min(left, chunk.length));
            if (read < 0) {
                throw new EOFException("the tar ends inside a file");
            }
            left -= read;
        }
    }
}
