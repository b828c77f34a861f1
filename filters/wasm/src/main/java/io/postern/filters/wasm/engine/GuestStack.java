package io.postern.filters.wasm.engine;

import com.dylibso.chicory.wasm.types.NameCustomSection;
import org.jspecify.annotations.Nullable;

/** Reads the guest's frames out of a Java stack trace. */
final class GuestStack {
    private static final int MAX_FRAMES = 20; // as many as Envoy prints
    private static final String FUNCTION = "func_";

    private GuestStack() {}

    /** {@code nameSection}: of the module; read only now, since most modules never fail. */
    static String describe(Throwable failure, byte[] nameSection) {
        NameCustomSection names = names(nameSection);
        var text = new StringBuilder();
        int frames = 0;
        for (StackTraceElement element : deepest(failure).getStackTrace()) {
            if (element.getMethodName().startsWith(FUNCTION) && frames++ < MAX_FRAMES) {
                text.append(frames == 1 ? "\nGuest stack:" : "").append("\n  at ");
                text.append(name(element.getMethodName(), names));
            }
        }
        return text.toString();
    }

    private static @Nullable NameCustomSection names(byte[] section) {
        try {
            return section.length == 0 ? null : NameCustomSection.parse(section);
        } catch (RuntimeException e) {
            return null; // names are a courtesy: the module's author may have got them wrong
        }
    }

    // The engine wraps a StackOverflowError: its own trace has the frames.
    private static Throwable deepest(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause instanceof StackOverflowError ? cause : failure;
    }

    private static String name(String method, @Nullable NameCustomSection names) {
        int end = method.indexOf('_', FUNCTION.length()); // behind it: which part of the function
        String index = method.substring(FUNCTION.length(), end < 0 ? method.length() : end);
        String name = names == null ? null : names.nameOfFunction(Integer.parseInt(index));
        return name == null ? "function " + index : name;
    }
}
