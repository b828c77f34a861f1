package io.postern.xds.resources.plugin;

import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.resources.envoy.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Plugins in files: {@code file:///abs/x.wasm}, {@code file://plugins/x.wasm} from the folder. */
public final class FilePlugins implements PluginSource {
    static final String SCHEME = "file://";

    /** A bound on what is held in memory. */
    static final long MAX_BYTES = 256L << 20;

    private final Path root;

    /**
     * @param root where relative paths begin
     */
    public FilePlugins(Path root) {
        this.root = root;
    }

    @Override
    public Fetched fetch(PluginReference reference) {
        var path = reference.url().substring(SCHEME.length());
        if (reference.trust().policy() == PluginReference.Trust.Policy.REQUIRED) {
            return new Failed(
                    "signature",
                    "a file has no signature",
                    "push the plugin to a registry, or pin it with sha256");
        }
        try {
            var file = root.resolve(path);
            if (Files.size(file) > MAX_BYTES) {
                return new Failed("download", file + " is larger than " + MAX_BYTES, "");
            }
            var bytes = Files.readAllBytes(file);
            return new Code(Digests.sha256(bytes), bytes);
        } catch (NoSuchFileException _) {
            return new Failed("resolve", "there is no file " + root.resolve(path), "");
        } catch (InvalidPathException | IOException e) {
            return new Failed("download", path + " cannot be read: " + e.getMessage(), "");
        }
    }
}
