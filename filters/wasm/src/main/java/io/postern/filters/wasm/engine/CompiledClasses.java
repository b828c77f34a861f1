package io.postern.filters.wasm.engine;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.internal.ClassCollector;
import com.dylibso.chicory.compiler.internal.Compiler;
import com.dylibso.chicory.wasm.WasmModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the compiler made of a module: JVM classes by name, ready to be defined or stored.
 *
 * @param mainClass the class that runs a function by index
 * @param classes class files by binary name, in the order in which they are to be defined
 * @param interpreted functions too large for a JVM method, which run in the interpreter
 */
record CompiledClasses(String mainClass, Map<String, byte[]> classes, List<Integer> interpreted) {

    static CompiledClasses compile(WasmModule module) {
        var collected = new Collected();
        var result =
                Compiler.builder(module)
                        .withInterpreterFallback(InterpreterFallback.SILENT)
                        .withClassCollectorFactory(Collected::new)
                        .build()
                        .compile();
        collected.putAll(result.collector());
        var interpreted = List.copyOf(new TreeSet<>(result.interpretedFunctions()));
        return new CompiledClasses(
                result.collector().mainClassName(), collected.classBytes(), interpreted);
    }

    /** Keeps the classes as bytes: they are defined once, not once here and once for use. */
    private static final class Collected implements ClassCollector {
        private final Map<String, byte[]> classes = new LinkedHashMap<>();
        private @Nullable String main;

        @Override
        public String mainClassName() {
            if (main == null) {
                throw new IllegalStateException("bug: the compiler made no main class");
            }
            return main;
        }

        @Override
        public void putMainClass(String className, byte[] bytes) {
            main = className;
            put(className, bytes);
        }

        @Override
        public void put(String name, byte[] data) {
            classes.put(name.replace('/', '.'), data);
        }

        @Override
        public void putAll(ClassCollector collector) {
            classes.putAll(collector.classBytes());
        }

        @Override
        public Map<String, byte[]> classBytes() {
            return Collections.unmodifiableMap(classes);
        }

        @Override
        public byte[] resolve(Class<?> type) {
            String path = type.getName().replace('.', '/') + ".class";
            try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
                if (in == null) {
                    throw new IllegalStateException("bug: no class file for " + type.getName());
                }
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
