package io.postern.filters.wasm.abi;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The Proxy-Wasm ABI that a module was built for, told by one exported marker function. */
public enum AbiVersion {
    V0_1_0("proxy_abi_version_0_1_0"),
    V0_2_0("proxy_abi_version_0_2_0"),
    V0_2_1("proxy_abi_version_0_2_1"),
    /** The dialect of Higress: 0.2.1 with more foreign functions and Redis calls. */
    V0_2_100("proxy_abi_version_0_2_100");

    private final String marker;

    AbiVersion(String marker) {
        this.marker = marker;
    }

    /** As in {@code 0.2.1}. */
    public String number() {
        return name().substring(1).replace('_', '.');
    }

    /** The version whose marker is among the exports, or null. */
    public static @Nullable AbiVersion of(Set<String> exports) {
        for (AbiVersion version : values()) {
            if (exports.contains(version.marker)) {
                return version;
            }
        }
        return null;
    }
}
