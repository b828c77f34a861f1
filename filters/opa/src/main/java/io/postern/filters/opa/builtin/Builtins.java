package io.postern.filters.opa.builtin;

import io.postern.filters.opa.builtin.jwt.JwtFunctions;
import io.postern.filters.opa.builtin.regex.RegexFunctions;
import java.util.HashMap;
import java.util.Map;

/** Every host function that policies may call, by Rego name. */
public final class Builtins {
    private Builtins() {}

    /** A fresh map of all functions. */
    public static Map<String, Builtin> all() {
        var all = new HashMap<String, Builtin>();
        TextFunctions.addTo(all);
        EncodingFunctions.addTo(all);
        CryptoFunctions.addTo(all);
        SemverFunctions.addTo(all);
        TimeFunctions.addTo(all);
        YamlFunctions.addTo(all);
        CollectionFunctions.addTo(all);
        NumberFunctions.addTo(all);
        NetFunctions.addTo(all);
        RegexFunctions.addTo(all);
        JwtFunctions.addTo(all);
        return all;
    }
}
