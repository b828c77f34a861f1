package io.postern.xds.resources;

import io.postern.xds.resources.PluginSource.Code;
import io.postern.xds.resources.PluginSource.Failed;
import io.postern.xds.resources.PluginSource.Stale;
import io.postern.xds.resources.plugin.FilePlugins;
import java.util.List;

/** What a registry may come to, by the tag: {@code good}, {@code stale} and {@code lost}. */
final class ScriptedPlugins {
    private static final String MANIFEST = "5".repeat(64);

    private ScriptedPlugins() {}

    /** Everything that is there is the same file. */
    static PluginSource of(FilePlugins files) {
        return reference -> {
            var file =
                    new PluginReference(
                            reference.kind(),
                            "file://empty.wasm",
                            "",
                            null,
                            PluginReference.Trust.NONE);
            if (!(files.fetch(file) instanceof Code code)) {
                throw new IllegalStateException("no empty.wasm");
            }
            var known =
                    new Code(
                            code.sha256(),
                            code.bytes(),
                            List.of(code.sha256(), MANIFEST),
                            remark(reference));
            var tag = reference.url().substring(reference.url().lastIndexOf(':') + 1);
            return switch (tag) {
                case "good" -> known;
                case "stale" -> new Stale(known, why(reference));
                default -> new Failed("resolve", "there is no " + tag, "push it");
            };
        };
    }

    private static String remark(PluginReference reference) {
        return switch (reference.trust().policy()) {
            case WARN -> "signature: there is no signature";
            case REQUIRED, OFF -> "";
        };
    }

    private static Failed why(PluginReference reference) {
        return switch (reference.kind()) {
            case PLUGIN -> new Failed("extract", "no layer has a plugin.wasm in it", "push it");
            case POLICY -> new Failed("extract", "the bundle has no /policy.wasm", "build it");
        };
    }
}
