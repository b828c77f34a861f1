package io.postern.xds.oci.layout;

import com.github.luben.zstd.ZstdInputStream;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;

/**
 * Decompresses by the first octets, not by the media type, which tools get wrong. What comes out is
 * counted: a bomb ends at a bound. Confined to one thread.
 */
final class Unpacking {
    private static final int BUFFER = 1 << 16;
    private static final int MAGIC_BYTES = 4;
    private static final int ZSTD_MAGIC = 0x28b52ffd;
    private static final int GZIP_MAGIC = 0x1f8b;

    /**
     * 32 MiB: the most that a frame may make us keep; zstd itself writes more only with --ultra.
     */
    private static final int WIDEST_ZSTD_WINDOW_LOG = 25;

    private Unpacking() {}

    /** The content of {@code layer}; supports {@code mark} for {@link #BUFFER} octets. */
    static BufferedInputStream of(InputStream layer, long most, Supplier<Duration> left)
            throws IOException {
        var buffered = new BufferedInputStream(layer, BUFFER);
        buffered.mark(MAGIC_BYTES);
        byte[] start = buffered.readNBytes(MAGIC_BYTES);
        buffered.reset();
        int magic = 0;
        for (int i = 0; i < MAGIC_BYTES; i++) {
            magic = (magic << 8) | (i < start.length ? start[i] & 0xff : 0);
        }
        InputStream content = buffered;
        if (magic >>> 16 == GZIP_MAGIC) {
            content = new GZIPInputStream(buffered, BUFFER);
        } else if (magic == ZSTD_MAGIC) {
            content = zstd(buffered);
        }
        return new BufferedInputStream(new Counted(content, most, left), BUFFER);
    }

    private static InputStream zstd(InputStream in) throws IOException {
        try {
            return new ZstdInputStream(in).setLongMax(WIDEST_ZSTD_WINDOW_LOG);
        } catch (UnsatisfiedLinkError | NoClassDefFoundError | ExceptionInInitializerError e) {
            throw new OciException(
                    Step.EXTRACT,
                    "the layer is compressed with zstd, for which this platform has no library",
                    "push it with gzip, or use Linux on x86-64 or ARM64",
                    e);
        }
    }

    /** Ends with an error at the bound or the deadline. */
    private static final class Counted extends FilterInputStream {
        private final long most;
        private final Supplier<Duration> left;
        private long taken;

        Counted(InputStream in, long most, Supplier<Duration> left) {
            super(in);
            this.most = most;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = in.read(into, from, length);
            taken += Math.max(0, read);
            if (taken > most) {
                throw new OciException(
                        Step.EXTRACT,
                        "the layer unpacks to over " + most + " bytes",
                        "push the module alone, or allow more");
            }
            if (left.get().isZero()) {
                throw new OciException(
                        Step.EXTRACT, "unpacking takes too long", "push the module alone");
            }
            return read;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
