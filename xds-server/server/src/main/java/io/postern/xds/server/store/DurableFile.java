package io.postern.xds.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files that are there with all of their content, or not at all, whatever happens. Blocks. */
public final class DurableFile {
    private static final String FRESH = ".tmp";

    private DurableFile() {}

    /** Whether a file of that name was being written when the process died. */
    public static boolean isFresh(String name) {
        return name.endsWith(FRESH);
    }

    /** Returns when content and name have reached the disk. */
    public static void write(Path file, byte[] octets) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + FRESH);
        try (var out =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            var buffer = ByteBuffer.wrap(octets);
            while (buffer.hasRemaining()) {
                var _ = out.write(buffer);
            }
            out.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(fresh);
            throw e;
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (var folder = FileChannel.open(file.resolveSibling(""), StandardOpenOption.READ)) {
            folder.force(true); // the name, too
        }
    }
}
