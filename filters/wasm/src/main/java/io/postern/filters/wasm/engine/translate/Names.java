package io.postern.filters.wasm.engine.translate;

/**
 * Names in generated classes. All classes of a module are in a loader of their own. What is public
 * is told without the translator, whose classes a start from the cache does not load.
 */
public final class Names {
    /** Binary name of the class to make an instance of. */
    public static final String MAIN_CLASS = "postern.guest.Guest";

    static final String BASE = "io/postern/filters/wasm/engine/translate/GuestCode";
    static final String MATH = "io/postern/filters/wasm/engine/translate/GuestMath";
    static final String WORDS = "io/postern/filters/wasm/engine/translate/MemoryWords";
    static final String GUEST = "postern/guest/Guest";
    static final String GUEST_TYPE = "L" + GUEST + ";";
    static final String GROUP = "postern/guest/Group";
    static final String RESUME = "Resume";
    static final String HOST = "postern/guest/Host";
    static final String INDIRECT = "postern/guest/Indirect";
    static final String FUNCTION = "func_";

    private Names() {}

    static String function(int index) {
        return FUNCTION + index;
    }

    static String resume(int index) {
        return FUNCTION + index + "_resumed";
    }

    static String part(int index, int part) {
        return FUNCTION + index + "_part" + part;
    }
}
