package io.postern.app;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;

/**
 * How the kernel has a thread take turns with the others of its processor.
 *
 * <p>Source: {@code sched_setattr(2)}; kernels before 6.12 know only the niceness of an ordinary
 * thread, and ignore how long its turns are. Elsewhere than on Linux nothing changes.
 *
 * @param nice 0 to 19: a thread of 5 gets a third of what one of 0 gets
 * @param length of a turn, 100 µs to 100 ms
 */
public record Turns(int nice, Duration length) {
    private static final int ATTRIBUTES_OCTETS = 48;
    private static final int NICE_OFFSET = 16;
    private static final int RUNTIME_OFFSET = 24;

    /**
     * For the current thread, which is none of Java's virtual ones.
     *
     * @return whether the kernel agreed
     */
    public boolean takeHere() {
        long call = numberOfCall();
        if (call < 0) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES_OCTETS, Long.BYTES);
            attributes.set(ValueLayout.JAVA_INT, 0, ATTRIBUTES_OCTETS);
            attributes.set(ValueLayout.JAVA_INT, NICE_OFFSET, nice);
            attributes.set(ValueLayout.JAVA_LONG, RUNTIME_OFFSET, length.toNanos());
            return (long) systemCall().invokeExact(call, 0, attributes, 0) == 0;
        } catch (Throwable _) { // no access to native code: everything works without
            return false;
        }
    }

    private static long numberOfCall() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return -1;
        }
        return switch (System.getProperty("os.arch", "")) {
            case "amd64" -> 314;
            case "aarch64" -> 274;
            default -> -1;
        };
    }

    @SuppressWarnings("restricted") // there is no other way to the scheduler
    private static MethodHandle systemCall() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(1));
    }
}
