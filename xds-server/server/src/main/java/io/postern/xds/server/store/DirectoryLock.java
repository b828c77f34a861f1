package io.postern.xds.server.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One server at a time writes to a directory. The system gives it back when a process dies. */
public final class DirectoryLock implements AutoCloseable {
    private final FileChannel file;

    private DirectoryLock(FileChannel file) {
        this.file = file;
    }

    /**
     * Takes it.
     *
     * @throws IOException when another server has it
     */
    public static DirectoryLock take(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel file =
                FileChannel.open(
                        directory.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            if (file.tryLock() != null) {
                return new DirectoryLock(file);
            }
        } catch (OverlappingFileLockException _) {
            // another one of this process
        } catch (IOException e) {
            file.close();
            throw e;
        }
        file.close();
        throw new IOException(
                "another server keeps its state in "
                        + directory
                        + " (expected: a directory for each; several servers share what they"
                        + " publish with --store etcd://…)");
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
