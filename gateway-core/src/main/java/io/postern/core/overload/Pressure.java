package io.postern.core.overload;

import io.postern.config.model.Overload.Monitor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Measures one pressure: 0 is none, 1 is all there is. Control thread. */
@FunctionalInterface
interface Pressure {
    Path CGROUP = Path.of("/sys/fs/cgroup");

    /** Now. */
    double read() throws IOException;

    /** What a monitor of the configuration measures. */
    static Pressure of(Monitor monitor, MemoryUse memory) {
        return switch (monitor) {
            case Monitor.FixedHeap(_, long max) ->
                    () -> (double) (memory.liveHeap() + memory.direct()) / max;
            case Monitor.CgroupMemory(_, long max) ->
                    () -> cgroup("memory.current") / (max > 0 ? max : cgroup("memory.max"));
            case Monitor.CpuUtilization _ -> Pressure::cpu;
            case Monitor.Injected(_, String file) ->
                    () -> number(Files.readString(Path.of(file)), file);
        };
    }

    /** Of what the JVM may use, heap and direct memory each for itself. */
    static Pressure ofOwnMemory(MemoryUse memory) {
        return () ->
                Math.max(
                        (double) memory.liveHeap() / memory.maxHeap(),
                        (double) memory.direct() / memory.maxDirect());
    }

    private static double cgroup(String file) throws IOException {
        String text = Files.readString(CGROUP.resolve(file)).strip();
        return text.equals("max") ? Double.POSITIVE_INFINITY : number(text, file);
    }

    private static double number(String text, String file) throws IOException {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            throw new IOException(file + ": \"" + text.strip() + "\" (expected: a number)", e);
        }
    }

    private static double cpu() throws IOException {
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system) {
            double load = system.getCpuLoad();
            if (load >= 0) {
                return load;
            }
        }
        throw new IOException("the JVM does not know the load of the processors");
    }
}
