package io.postern.app.plugin;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Flag;
import io.postern.filters.opa.bundle.PolicyFiles;
import io.postern.filters.wasm.PluginReport;
import io.postern.filters.wasm.engine.ModuleException;
import io.postern.xds.oci.Wanted;
import java.util.List;

/** What a command is about. */
enum ArtifactKind {
    PLUGIN(Wanted.MODULE, ".wasm"),
    POLICY(Wanted.BUNDLE, ".tar.gz");

    static final Flag FLAG =
            Flag.toggle("It is an OPA bundle (opa build -t wasm), not a plugin.", "--policy");

    private final Wanted wanted;
    private final String suffix;

    ArtifactKind(Wanted wanted, String suffix) {
        this.wanted = wanted;
        this.suffix = suffix;
    }

    static ArtifactKind of(Arguments arguments) {
        return arguments.has(FLAG) ? POLICY : PLUGIN;
    }

    Wanted wanted() {
        return wanted;
    }

    /** Of the file that it goes to. */
    String suffix() {
        return suffix;
    }

    /** Why it cannot be used; nothing: it can. */
    List<String> problems(byte[] octets) {
        try {
            return switch (this) {
                case PLUGIN -> PluginReport.of(octets).problems();
                case POLICY -> {
                    PolicyFiles.read(octets);
                    yield List.of();
                }
            };
        } catch (ModuleException | IllegalArgumentException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }
}
