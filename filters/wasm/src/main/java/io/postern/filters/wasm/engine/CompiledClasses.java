package io.postern.filters.wasm.engine;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.internal.ClassCollector;
import com.dylibso.chicory.compiler.internal.Compiler;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import io.postern.filters.wasm.engine.translate.ModuleTranslator;
import io.postern.filters.wasm.engine.translate.Names;
import io.postern.filters.wasm.engine.translate.TranslatorOptions;
import io.postern.filters.wasm.engine.translate.UnsupportedCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the compiler made of a module, ready to be used or stored.
 *
 * @param module the module without its compiled functions, see {@link ModuleBytes#strip}
 * @param names the module's name section, for stack traces; empty without one
 * @param interpreted functions too large for a JVM method, which run in the interpreter
 * @param mainClass the class that runs a function by index
 * @param classes packed class files by binary name, see {@link PackedClass}
 */
record CompiledClasses(
        byte[] module,
        byte[] names,
        List<Integer> interpreted,
        String mainClass,
        Map<String, byte[]> classes) {

    /** The engine's own compiler needs 25 times as much heap as the module is large. */
    private static final int MOST_BYTES_FOR_ENGINE = 2 * 1024 * 1024;

    /**
     * Compiles a module.
     *
     * @param fuel count instructions
     */
    static CompiledClasses compile(byte[] wasm, boolean fuel, Executor threads) {
        byte[] shell = ModuleBytes.strip(wasm);
        Parser.parse(shell); // checks everything but the bodies
        var options = fuel ? TranslatorOptions.COUNTING : TranslatorOptions.DEFAULT;
        try {
            return new CompiledClasses(
                    DataSegments.join(shell),
                    ModuleBytes.custom(wasm, "name"),
                    List.of(),
                    Names.MAIN_CLASS,
                    binaryNames(
                            ModuleTranslator.translate(
                                    wasm, options, threads, PackedClass.packing(wasm))));
        } catch (UnsupportedCode e) {
            if (wasm.length > MOST_BYTES_FOR_ENGINE) {
                throw new ModuleException("uses " + e.getMessage() + ", and is large", e);
            }
            if (fuel) {
                throw new ModuleException(
                        "uses " + e.getMessage() + ", where instructions cannot be counted", e);
            }
            return compileByEngine(wasm);
        }
    }

    private static Map<String, byte[]> binaryNames(Map<String, byte[]> byInternalName) {
        var classes = new LinkedHashMap<String, byte[]>();
        byInternalName.forEach((name, bytes) -> classes.put(name.replace('/', '.'), bytes));
        return classes;
    }

    long packedBytes() {
        return classes.values().stream().mapToLong(bytes -> bytes.length).sum();
    }

    /** Whether {@link ModuleTranslator} made the classes, and not the engine's own compiler. */
    boolean isTranslated() {
        return mainClass.equals(Names.MAIN_CLASS);
    }

    /** The module without the functions that are compiled. */
    WasmModule parsed() {
        return isTranslated() ? ShellModule.parse(module) : Parser.parse(module);
    }

    private static CompiledClasses compileByEngine(byte[] wasm) {
        WasmModule module = Parser.parse(wasm);
        var result =
                Compiler.builder(module)
                        .withInterpreterFallback(InterpreterFallback.SILENT)
                        .withClassCollectorFactory(() -> new Collected(PackedClass.packing(wasm)))
                        .build()
                        .compile();
        var interpreted = List.copyOf(new TreeSet<>(result.interpretedFunctions()));
        return new CompiledClasses(
                interpreted.isEmpty() ? ModuleBytes.strip(wasm) : wasm,
                ModuleBytes.custom(wasm, "name"),
                interpreted,
                result.collector().mainClassName(),
                result.collector().classBytes());
    }

    /** Class file of a class of the engine itself. */
    static byte[] classFile(String className) {
        String path = className.replace('.', '/') + ".class";
        try (InputStream in = CompiledClasses.class.getClassLoader().getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("bug: no class file for " + className);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps the classes as bytes: they are defined once, not once here and once for use. */
    private static final class Collected implements ClassCollector {
        private final Map<String, byte[]> classes = new LinkedHashMap<>();
        private final UnaryOperator<byte[]> packing;
        private @Nullable String main;

        Collected(UnaryOperator<byte[]> packing) {
            this.packing = packing;
        }

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
            classes.put(name.replace('/', '.'), packing.apply(data));
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
            return classFile(type.getName());
        }
    }
}
