package io.postern.filters.wasm.engine;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
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

    // By name: asking for the classes would load the compiler, which a cached start does without.
    private static final List<String> TRANSLATOR_PARTS =
            List.of(
                    "Block",
                    "BodyScan",
                    "BulkOperations",
                    "Calls",
                    "Code",
                    "ControlFlow",
                    "Dispatch",
                    "FunctionState",
                    "FunctionTranslator",
                    "GuestClass",
                    "GuestCode",
                    "GuestMath",
                    "GuestTable",
                    "HostCalls",
                    "Immediates",
                    "IndirectCalls",
                    "LocalSlots",
                    "MemoryAccess",
                    "MemoryWords",
                    "MethodBody",
                    "MethodTranslator",
                    "ModuleShape",
                    "ModuleTranslator",
                    "Names",
                    "Numeric",
                    "Operands",
                    "PartCalls",
                    "Parts",
                    "Segments",
                    "Regions",
                    "Segment",
                    "Signature",
                    "TranslatorOptions",
                    "Types",
                    "Variables");
    private static final List<String> COMPILER_PARTS =
            Stream.concat(
                            Stream.of(
                                            "Compiler",
                                            "Emitters",
                                            "EmitterMap",
                                            "Shaded",
                                            "WasmAnalyzer")
                                    .map(name -> "com.dylibso.chicory.compiler.internal." + name),
                            TRANSLATOR_PARTS.stream()
                                    .map(name ->
                                            "io.postern.filters.wasm.engine.translate." + name))
                    .toList();

    private final Path directory;
    private final System.Logger logger = System.getLogger(ClassCache.class.getName());

    ClassCache(Path directory) {
        this.directory = directory;
    }

    /** Tells compilers apart; made at first use, since it reads all their classes. */
    private static final class CompilerId {
        static final String VALUE;

        static {
            var checksum = new CRC32C();
            COMPILER_PARTS.forEach(part -> checksum.update(CompiledClasses.classFile(part)));
            VALUE = Long.toHexString(checksum.getValue());
        }
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
            logger.log(
                    System.Logger.Level.WARNING,
                    "compiled classes in " + file + " cannot be read, compiling again: " + e);
            return null;
        }
    }

    /** Keeps a compiled module; a failure costs only the next start its speed. */
    void store(String digest, CompiledClasses compiled) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory.toAbsolutePath().getParent());
                Files.createDirectory(
                        directory,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            Path temporary = Files.createTempFile(directory, digest, ".tmp"); // owner only
            try {
                write(temporary, compiled);
                move(temporary, file(digest));
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException | UnsupportedOperationException e) {
            logger.log(
                    System.Logger.Level.WARNING,
                    "compiled classes cannot be kept in " + directory + ": " + e);
        }
    }

    private Path file(String digest) {
        return directory.resolve(digest + "-" + CompilerId.VALUE + ".classes");
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
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
            logger.log(
                    System.Logger.Level.WARNING,
                    path + " is not used: it belongs to somebody else or others may write to it");
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
