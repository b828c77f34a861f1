package io.postern.filters.wasm.engine;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Compiled modules on disk, named by the digests of the module and of the compiler. A file is the
 * payload and its checksum; whatever is damaged, foreign or writable by others counts as absent and
 * is compiled again. Thread-safe; several processes may share a directory.
 */
final class ClassCache {
    private static final int MAGIC = 0x50574334; // "PWC4"
    private static final int MAX_FILE_BYTES = 512 * 1024 * 1024;
    private static final Set<PosixFilePermission> OTHERS_MAY_WRITE =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private final Path directory;

    /** The compiler's id, read at first use. */
    private static final class Compiler {
        static final String ID = CodeId.of(CompiledClasses.class);
    }

    ClassCache(Path directory) {
        this.directory = directory;
    }

    /** The compiled module of this digest, or null. */
    @Nullable CompiledClasses find(String digest) {
        Path file = file(digest);
        try {
            if (!Files.exists(file) || !trusted(directory) || !trusted(file)) {
                return null;
            }
            if (Files.size(file) > MAX_FILE_BYTES) {
                return null;
            }
            return read(Files.readAllBytes(file));
        } catch (IOException | IllegalArgumentException e) {
            warn("compiled classes in " + file + " cannot be read, compiling again: " + e);
            return null;
        }
    }

    /** Keeps a compiled module; a failure costs only the next start its speed. */
    void store(String digest, CompiledClasses compiled) {
        try {
            CacheFile.write(file(digest), file -> write(file, compiled));
        } catch (IOException | UnsupportedOperationException e) {
            warn("compiled classes cannot be kept in " + directory + ": " + e);
        }
    }

    // Not a constant: looking for a logger takes a start 60 ms.
    private static void warn(String message) {
        System.getLogger(ClassCache.class.getName()).log(System.Logger.Level.WARNING, message);
    }

    private Path file(String digest) {
        return directory.resolve(digest + "-" + Compiler.ID + ".classes");
    }

    private boolean trusted(Path path) throws IOException {
        var view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return true; // no POSIX: the directory's own rights have to do
        }
        PosixFileAttributes attributes = view.readAttributes();
        boolean own = attributes.owner().getName().equals(System.getProperty("user.name"));
        for (PosixFilePermission permission : attributes.permissions()) {
            own &= !OTHERS_MAY_WRITE.contains(permission);
        }
        if (!own) {
            warn(path + " is not used: it belongs to somebody else or others may write to it");
        }
        return own;
    }

    private static void write(Path file, CompiledClasses compiled) throws IOException {
        var checksum = new CRC32C();
        try (var raw = new BufferedOutputStream(Files.newOutputStream(file))) {
            var out = new DataOutputStream(new CheckedOutputStream(raw, checksum));
            out.writeInt(MAGIC);
            writeBytes(out, compiled.module());
            writeBytes(out, compiled.names());
            out.writeInt(compiled.interpreted().size());
            for (int function : compiled.interpreted()) {
                out.writeInt(function);
            }
            out.writeUTF(compiled.mainClass());
            out.writeInt(compiled.classes().size());
            for (var entry : compiled.classes().entrySet()) {
                out.writeUTF(entry.getKey());
                writeBytes(out, entry.getValue());
            }
            out.writeInt((int) checksum.getValue());
            out.flush();
        }
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static CompiledClasses read(byte[] file) throws IOException {
        int payload = file.length - Integer.BYTES;
        if (payload < 0) {
            throw new IOException("too short");
        }
        // Against damage; against others there are the owner and the rights. A checksum is computed
        // by the processor, SHA-256 by bytecode that is not compiled yet at a start.
        var checksum = new CRC32C();
        checksum.update(file, 0, payload);
        if ((int) checksum.getValue() != ByteBuffer.wrap(file).getInt(payload)) {
            throw new IOException("checksum differs");
        }
        var in = new DataInputStream(new ByteArrayInputStream(file, 0, payload));
        if (in.readInt() != MAGIC) {
            throw new IOException("no file of this cache");
        }
        byte[] module = readBytes(in);
        byte[] names = readBytes(in);
        var interpreted = new ArrayList<Integer>();
        for (int i = in.readInt(); i > 0; i--) {
            interpreted.add(in.readInt());
        }
        String main = in.readUTF();
        var classes = new LinkedHashMap<String, byte[]>();
        for (int i = in.readInt(); i > 0; i--) {
            classes.put(in.readUTF(), readBytes(in));
        }
        return new CompiledClasses(module, names, interpreted, main, classes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("damaged");
        }
        return in.readNBytes(length);
    }
}
