package io.postern.filters.wasm.engine;

import com.dylibso.chicory.wasm.ChicoryException;
import io.postern.filters.wasm.engine.translate.InvalidCode;
import io.postern.filters.wasm.engine.translate.TranslatorOptions;
import io.postern.filters.wasm.engine.translate.Trap;
import io.postern.filters.wasm.engine.translate.UnsupportedCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/** The official test suite (src/test/spec/convert): one file of it at a time. */
final class SpecSuite {
    private final Map<String, byte[]> files = new TreeMap<>();
    private final TranslatorOptions options;
    private final Map<String, @Nullable SpecModule> named = new HashMap<>();
    private final Map<String, @Nullable SpecModule> registered = new HashMap<>();
    private @Nullable SpecModule current;

    /** What failed, by line. */
    final List<String> failures = new ArrayList<>();

    int checked;
    int skipped;

    SpecSuite(TranslatorOptions options) throws IOException {
        this.options = options;
        try (InputStream in = SpecSuite.class.getResourceAsStream("/spec/core.zip");
                var zip = new ZipInputStream(Objects.requireNonNull(in))) {
            for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
                files.put(e.getName(), zip.readAllBytes());
            }
        }
    }

    List<String> names() {
        return files.keySet().stream().filter(name -> name.endsWith(".txt")).toList();
    }

    void run(String name) {
        String text = new String(Objects.requireNonNull(files.get(name)), StandardCharsets.UTF_8);
        for (String line : text.split("\n", -1)) {
            if (!line.isEmpty() && !usesSharedTable(name, line)) {
                String problem = run(line.split("\t", -1));
                if (problem != null) {
                    failures.add(name + ":" + line + ": " + problem);
                }
            }
        }
    }

    // Modules that wrote to this module's table were skipped: plugins do not share tables.
    private static boolean usesSharedTable(String name, String line) {
        return name.equals("elem.txt") && line.matches("(599|600|612|613|614|669)\\t.*");
    }

    private @Nullable String run(String[] command) {
        return switch (command[1]) {
            case "register" -> {
                registered.put(command[3], command[2].isEmpty() ? current : named.get(command[2]));
                yield null;
            }
            case "module" -> load(command[2], command[3]);
            case "assert_invalid", "assert_malformed" -> refused(command[2], false);
            case "assert_uninstantiable" -> refused(command[2], true);
            default -> act(command);
        };
    }

    private @Nullable String load(String name, String file) {
        try {
            current = SpecModule.of(bytes(file), options, registered::get);
        } catch (UnsupportedCode e) {
            current = null; // it shares something with other modules, which plugins cannot
        } catch (RuntimeException | LinkageError e) {
            current = null;
            return "not loaded: " + e;
        }
        named.put(name, current);
        return null;
    }

    private byte[] bytes(String file) {
        return Objects.requireNonNull(files.get(file));
    }

    private @Nullable String refused(String file, boolean atStart) {
        checked++;
        try {
            SpecModule.of(bytes(file), options, registered::get);
            return "accepted";
        } catch (InvalidCode | ChicoryException e) {
            return null;
        } catch (UnsupportedCode e) {
            checked--;
            skipped++;
            return null;
        } catch (RuntimeException | LinkageError e) {
            return atStart ? null : "failed with " + e;
        }
    }

    private @Nullable String act(String[] command) {
        SpecModule module = command[3].isEmpty() ? current : named.get(command[3]);
        if (module == null) {
            skipped++;
            return null;
        }
        checked++;
        String field = URLDecoder.decode(command[4], StandardCharsets.UTF_8);
        boolean returns = command[1].equals("assert_return") || command[1].equals("action");
        try {
            long[] results =
                    command[2].equals("get")
                            ? new long[] {module.global(field)}
                            : module.call(field, arguments(command[5]));
            return returns ? compare(command[6], results, command[1]) : "no trap";
        } catch (RuntimeException | StackOverflowError e) {
            return returns ? "failed: " + e : trap(command[6], e);
        }
    }

    private static @Nullable String trap(String expected, Throwable e) {
        String actual =
                switch (e) {
                    case StackOverflowError _ -> "call stack exhausted";
                    case IndexOutOfBoundsException _ -> "out of bounds memory access";
                    case ArithmeticException _ -> "integer divide by zero";
                    case Trap trap -> String.valueOf(trap.getMessage());
                    default -> e.toString();
                };
        boolean same = actual.contains(expected) || expected.startsWith(actual);
        return same ? null : "trapped with " + actual;
    }

    private static long[] arguments(String text) {
        if (text.isEmpty()) {
            return new long[0];
        }
        String[] parts = text.split(",", -1);
        var values = new long[parts.length];
        for (int i = 0; i < parts.length; i++) {
            values[i] = bits(parts[i]);
        }
        return values;
    }

    private static long bits(String typed) {
        String value = typed.substring(typed.indexOf(':') + 1);
        if (value.equals("null")) {
            return -1;
        }
        long bits = Long.parseUnsignedLong(value);
        return typed.startsWith("i32") || typed.startsWith("f32") ? (int) bits : bits;
    }

    private static @Nullable String compare(String expected, long[] results, String kind) {
        if (kind.equals("action")) {
            return null;
        }
        String[] parts = expected.isEmpty() ? new String[0] : expected.split(",", -1);
        if (parts.length != results.length) {
            return results.length + " results";
        }
        for (int i = 0; i < parts.length; i++) {
            if (!matches(parts[i], results[i])) {
                return "got " + Long.toUnsignedString(results[i]);
            }
        }
        return null;
    }

    private static boolean matches(String expected, long actual) {
        if (expected.contains("nan:")) {
            return expected.startsWith("f32")
                    ? Float.isNaN(Float.intBitsToFloat((int) actual))
                    : Double.isNaN(Double.longBitsToDouble(actual));
        }
        if (expected.endsWith(":")) {
            return actual != -1; // a reference, no matter which
        }
        long wanted = bits(expected);
        boolean narrow = expected.startsWith("i32") || expected.startsWith("f32");
        return narrow ? (int) wanted == (int) actual : wanted == actual;
    }
}
