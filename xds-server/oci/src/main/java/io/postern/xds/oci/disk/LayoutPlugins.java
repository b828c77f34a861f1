package io.postern.xds.oci.disk;

import io.postern.xds.oci.ArtifactReader;
import io.postern.xds.oci.Limits;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Unpacked;
import io.postern.xds.oci.Wanted;
import io.postern.xds.oci.registry.Deadline;
import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Plugins of {@code oci-layout://} references, for the control plane. Thread-safe; blocks: control
 * threads only.
 *
 * @param folder where relative paths begin
 * @param scratch for what is being unpacked
 */
public record LayoutPlugins(Path folder, Path scratch, Limits limits) implements PluginSource {
    @Override
    public Fetched fetch(PluginReference wanted) {
        if (wanted.trust().policy() == PluginReference.Trust.Policy.REQUIRED) {
            return new Failed(
                    "signature",
                    "signatures in layouts are not looked for",
                    "push the plugin to a registry, or pin it with sha256");
        }
        try {
            var reference = LayoutReference.parse(wanted.url()).from(folder);
            var reader = new ArtifactReader(limits);
            var layout = new LayoutFolder(reference.folder(), limits);
            Deadline deadline = Deadline.in(limits.total(), System::nanoTime);
            return code(
                    reader.read(layout, reference.target(), Wanted.of(wanted), scratch, deadline));
        } catch (OciException e) {
            return new Failed(e.failure().step().word(), e.failure().what(), e.failure().cure());
        } catch (IOException e) {
            return new Failed("store", scratch + ": " + e.getMessage(), "check the disk");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Failed("download", "interrupted", "");
        }
    }

    private static Code code(Unpacked unpacked) throws IOException {
        try {
            List<String> names =
                    List.of(
                            unpacked.content().hex(),
                            unpacked.artifact().hex(),
                            unpacked.root().hex());
            byte[] octets = Files.readAllBytes(unpacked.file());
            return new Code(unpacked.content().hex(), octets, names, "");
        } finally {
            Files.deleteIfExists(unpacked.file());
        }
    }
}
