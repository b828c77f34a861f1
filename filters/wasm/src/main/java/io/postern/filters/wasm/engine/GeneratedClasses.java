package io.postern.filters.wasm.engine;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import io.postern.filters.wasm.engine.translate.GuestCode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Defines the classes of one module; they live as long as something refers to this loader. */
final class GeneratedClasses extends ClassLoader {
    private final Map<String, byte[]> undefined;

    private GeneratedClasses(CompiledClasses compiled) {
        super(GeneratedClasses.class.getClassLoader());
        undefined = new HashMap<>(compiled.classes());
    }

    /** Makes the code of an instance. */
    static Supplier<GuestCode> code(CompiledClasses compiled) {
        try {
            Constructor<? extends GuestCode> constructor =
                    new GeneratedClasses(compiled)
                            .loadClass(compiled.mainClass())
                            .asSubclass(GuestCode.class)
                            .getConstructor();
            return () -> make(constructor);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new ModuleException("the compiled classes cannot be loaded: " + e, e);
        }
    }

    /** Makes the engine's own machine that runs an instance's functions. */
    static Function<Instance, Machine> machines(CompiledClasses compiled) {
        try {
            Constructor<? extends Machine> constructor =
                    new GeneratedClasses(compiled)
                            .loadClass(compiled.mainClass())
                            .asSubclass(Machine.class)
                            .getConstructor(Instance.class);
            return instance -> make(constructor, instance);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new ModuleException("the compiled classes cannot be loaded: " + e, e);
        }
    }

    private static <T> T make(Constructor<? extends T> constructor, Object... arguments) {
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("bug: the machine's constructor failed", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("bug: the machine has no usable constructor", e);
        }
    }

    // Its own first: to miss them in the gateway's archive would open that at a start.
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null && !isUndefined(name)) {
                return super.loadClass(name, resolve);
            }
            return loaded == null ? findClass(name) : loaded;
        }
    }

    private boolean isUndefined(String name) {
        synchronized (undefined) {
            return undefined.containsKey(name);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes;
        synchronized (undefined) {
            bytes = undefined.remove(name); // defined once: no need to keep the bytes
        }
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        byte[] unpacked = PackedClass.unpack(bytes);
        return defineClass(name, unpacked, 0, unpacked.length);
    }
}
