package io.postern.filters.opa.builtin;

import java.util.HashMap;
import java.util.Map;

/** Every host function that policies may call, by Rego name. */
public final class Builtins {
    private Builtins() {}

    /** A fresh map of all functions. */
    public static Map<String, Builtin> all() {
        var all = new HashMap<String, Builtin>();
        TextFunctions.addTo(all);
        return all;
    }
}
