package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestMemory;
import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.filters.wasm.engine.HostFunction;
import io.postern.filters.wasm.engine.HostFunctions;

/**
 * The part of WASI preview 1 that Rust, Go, C and AssemblyScript runtimes need, under both of its
 * module names: clocks, randomness, the configured environment, and standard output and error as
 * log messages. There are no files and no sockets. Errors are those of Envoy's host.
 */
final class WasiCalls {
    private static final String[] MODULES = {"wasi_snapshot_preview1", "wasi_unstable"};
    private static final int SUCCESS = 0;
    private static final int BADF = 8;
    private static final int FAULT = 21;
    private static final int INVAL = 28;
    private static final int NOENT = 44;
    private static final int NOSYS = 52;
    private static final int NOTDIR = 20;
    private static final int NOTSUP = 58;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int LOG_INFO = 2;
    private static final int LOG_ERROR = 4;
    private static final int MAX_RANDOM_BYTES = 64 * 1024;
    private static final int MAX_WRITTEN_BYTES = 64 * 1024; // one log message is never longer
    private static final int MAX_VECTORS = 1024;

    private WasiCalls() {}

    static void offer(HostFunctions<GuestHost> functions) {
        add(functions, "fd_write", "iiii>i", WasiCalls::write);
        add(functions, "fd_pwrite", "iiiIi>i", WasiCalls::positionedWrite);
        add(functions, "environ_get", "ii>i", WasiCalls::environment);
        add(functions, "environ_sizes_get", "ii>i", WasiCalls::environmentSizes);
        add(functions, "args_get", "ii>i", constant(SUCCESS));
        add(functions, "args_sizes_get", "ii>i", WasiCalls::noArguments);
        add(functions, "clock_time_get", "iIi>i", WasiCalls::clock);
        add(functions, "clock_res_get", "ii>i", WasiCalls::clockResolution);
        add(functions, "random_get", "ii>i", WasiCalls::random);
        add(functions, "sched_yield", ">i", constant(SUCCESS));
        add(functions, "poll_oneoff", "iiii>i", WasiCalls::poll);
        add(functions, "proc_exit", "i>", WasiCalls::exit);
        add(functions, "fd_fdstat_get", "ii>i", WasiCalls::descriptorStatus);
        offerFiles(functions);
        offerPathsAndSockets(functions);
    }

    private static void offerFiles(HostFunctions<GuestHost> functions) {
        add(functions, "fd_read", "iiii>i", constant(NOSYS));
        add(functions, "fd_pread", "iiiIi>i", constant(NOSYS));
        add(functions, "fd_seek", "iIii>i", constant(SUCCESS));
        add(functions, "fd_tell", "ii>i", WasiCalls::tell);
        add(functions, "fd_close", "i>i", constant(SUCCESS));
        add(functions, "fd_advise", "iIIi>i", constant(SUCCESS));
        add(functions, "fd_allocate", "iII>i", WasiCalls::standardOnly);
        add(functions, "fd_datasync", "i>i", WasiCalls::standardOnly);
        add(functions, "fd_sync", "i>i", WasiCalls::standardOnly);
        add(functions, "fd_fdstat_set_flags", "ii>i", constant(NOSYS));
        add(functions, "fd_fdstat_set_rights", "iII>i", WasiCalls::standardOnly);
        add(functions, "fd_filestat_get", "ii>i", constant(BADF));
        add(functions, "fd_filestat_set_size", "iI>i", WasiCalls::standardOnly);
        add(functions, "fd_filestat_set_times", "iIIi>i", WasiCalls::standardOnly);
        add(functions, "fd_prestat_get", "ii>i", constant(BADF));
        add(functions, "fd_prestat_dir_name", "iii>i", constant(NOSYS));
        add(functions, "fd_readdir", "iiiIi>i", nothingRead(4, NOTDIR));
        add(functions, "fd_renumber", "ii>i", WasiCalls::renumber);
    }

    private static void offerPathsAndSockets(HostFunctions<GuestHost> functions) {
        add(functions, "path_open", "iiiiiIIii>i", constant(NOENT));
        add(functions, "path_create_directory", "iii>i", constant(NOTSUP));
        add(functions, "path_filestat_get", "iiiii>i", constant(NOTSUP));
        add(functions, "path_filestat_set_times", "iiiiIIi>i", constant(NOTSUP));
        add(functions, "path_link", "iiiiiii>i", constant(NOTSUP));
        add(functions, "path_readlink", "iiiiii>i", nothingRead(5, NOTSUP));
        add(functions, "path_remove_directory", "iii>i", constant(NOTSUP));
        add(functions, "path_rename", "iiiiii>i", constant(NOTSUP));
        add(functions, "path_symlink", "iiiii>i", constant(NOTSUP));
        add(functions, "path_unlink_file", "iii>i", constant(NOTSUP));
        add(functions, "sock_accept", "iii>i", nothingRead(2, NOTSUP));
        add(functions, "sock_recv", "iiiiii>i", nothingRead(4, NOTSUP));
        add(functions, "sock_send", "iiiii>i", nothingRead(4, NOTSUP));
        add(functions, "sock_shutdown", "ii>i", constant(NOTSUP));
    }

    private static void add(
            HostFunctions<GuestHost> functions,
            String name,
            String signature,
            HostFunction<GuestHost> body) {
        for (String module : MODULES) {
            functions.add(module, name, signature, body);
        }
    }

    private static HostFunction<GuestHost> constant(int errno) {
        return (host, args) -> errno;
    }

    /** Stores 0 as the size or descriptor that argument {@code at} points to. */
    private static HostFunction<GuestHost> nothingRead(int at, int errno) {
        return (host, args) -> host.memory().putInt((int) args[at], 0) ? errno : FAULT;
    }

    private static int tell(GuestHost host, long[] args) {
        if (standardOnly(host, args) != SUCCESS) {
            return BADF;
        }
        return host.memory().putLong((int) args[1], 0) ? SUCCESS : FAULT;
    }

    private static int renumber(GuestHost host, long[] args) {
        boolean standard = standardOnly(host, args) == SUCCESS;
        return standard && (args[1] == STDOUT || args[1] == STDERR) ? NOTSUP : BADF;
    }

    private static int standardOnly(GuestHost host, long[] args) {
        int descriptor = (int) args[0];
        return descriptor == STDOUT || descriptor == STDERR ? SUCCESS : BADF;
    }

    private static int write(GuestHost host, long[] args) {
        return write(host, (int) args[0], (int) args[1], (int) args[2], (int) args[3]);
    }

    private static int positionedWrite(GuestHost host, long[] args) {
        return write(host, (int) args[0], (int) args[1], (int) args[2], (int) args[4]);
    }

    private static int write(
            GuestHost host, int descriptor, int vectors, int count, int writtenAt) {
        if (descriptor != STDOUT && descriptor != STDERR) {
            return BADF;
        }
        GuestMemory memory = host.memory();
        if (count < 0 || count > MAX_VECTORS || !memory.has(vectors, count * 2 * Integer.BYTES)) {
            return FAULT;
        }
        var text = new ByteOutput(); // not the scratch: runtimes write while they allocate
        int written = 0;
        for (int i = 0; i < count; i++) {
            int vector = vectors + i * 2 * Integer.BYTES;
            int from = memory.getInt(vector);
            int length = memory.getInt(vector + Integer.BYTES);
            if (!memory.has(from, length)) {
                return FAULT;
            }
            int kept = Math.min(length, MAX_WRITTEN_BYTES - text.length());
            text.put(memory.array(), from, kept);
            written += length;
        }
        log(host, descriptor == STDOUT ? LOG_INFO : LOG_ERROR, text);
        return memory.putInt(writtenAt, written) ? SUCCESS : FAULT;
    }

    private static void log(GuestHost host, int level, ByteOutput text) {
        int length = text.length();
        if (length > 0 && text.bytes()[length - 1] == '\n') {
            length--;
        }
        if (text.length() > 0 && level >= host.logLevel()) {
            host.log(level, text.bytes(), 0, length);
        }
    }

    private static int environment(GuestHost host, long[] args) {
        GuestMemory memory = host.memory();
        byte[] variables = host.environment();
        int pointers = (int) args[0];
        int buffer = (int) args[1];
        if (!memory.put(buffer, variables, 0, variables.length)) {
            return FAULT;
        }
        int start = 0;
        for (int i = 0; i < variables.length; i++) {
            if (variables[i] == 0) {
                if (!memory.putInt(pointers, buffer + start)) {
                    return FAULT;
                }
                pointers += Integer.BYTES;
                start = i + 1;
            }
        }
        return SUCCESS;
    }

    private static int environmentSizes(GuestHost host, long[] args) {
        int variables = 0;
        for (byte octet : host.environment()) {
            variables += octet == 0 ? 1 : 0;
        }
        return sizes(host, args, variables, host.environment().length);
    }

    private static int noArguments(GuestHost host, long[] args) {
        return sizes(host, args, 0, 0);
    }

    private static int sizes(GuestHost host, long[] args, int count, int bytes) {
        GuestMemory memory = host.memory();
        return memory.putInt((int) args[0], count) && memory.putInt((int) args[1], bytes)
                ? SUCCESS
                : FAULT;
    }

    private static int clock(GuestHost host, long[] args) {
        long now;
        switch ((int) args[0]) {
            case 0 -> now = host.epochNanos();
            case 1 -> now = host.monotonicNanos();
            default -> {
                return NOTSUP;
            }
        }
        return host.memory().putLong((int) args[2], now) ? SUCCESS : FAULT;
    }

    private static int clockResolution(GuestHost host, long[] args) {
        if ((args[0] & ~1L) != 0) {
            return NOTSUP;
        }
        return host.memory().putLong((int) args[1], 1) ? SUCCESS : FAULT;
    }

    private static int random(GuestHost host, long[] args) {
        int length = (int) args[1];
        if (length < 0 || length > MAX_RANDOM_BYTES) {
            return INVAL;
        }
        if (!host.memory().has((int) args[0], length)) {
            return FAULT;
        }
        var bytes = new byte[length];
        host.random().nextBytes(bytes);
        System.arraycopy(bytes, 0, host.memory().array(), (int) args[0], length);
        return SUCCESS;
    }

    // Go's runtime wants success; there is nothing to wait for.
    private static int poll(GuestHost host, long[] args) {
        return host.memory().putInt((int) args[3], 0) ? SUCCESS : FAULT;
    }

    private static int exit(GuestHost host, long[] args) {
        var kind = (int) args[0] == 0 ? GuestTrap.Kind.FINISHED : GuestTrap.Kind.EXIT;
        throw new GuestTrap(kind, "the plugin called proc_exit(" + (int) args[0] + ")");
    }

    private static int descriptorStatus(GuestHost host, long[] args) {
        if (standardOnly(host, args) != SUCCESS) {
            return BADF;
        }
        GuestMemory memory = host.memory();
        int at = (int) args[1];
        // file type and flags 0; the right to write; nothing to inherit
        boolean stored =
                memory.putLong(at, 0) && memory.putLong(at + 8, 64) && memory.putLong(at + 16, 0);
        return stored ? SUCCESS : FAULT;
    }
}
