package io.postern.xds.oci.disk;

import io.postern.xds.oci.ArtifactReader;
import io.postern.xds.oci.DocumentTrust;
import io.postern.xds.oci.Limits;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.OciPlugins;
import io.postern.xds.oci.Unpacked;
import io.postern.xds.oci.Wanted;
import io.postern.xds.oci.cosign.SignatureReport;
import io.postern.xds.oci.cosign.SignatureSearch;
import io.postern.xds.oci.registry.Deadline;
import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Plugins of {@code oci-layout://} references, for the control plane. Thread-safe; blocks: control
 * threads only.
 *
 * @param folder where relative paths begin
 * @param scratch for what is being unpacked
 * @param warnings gets a line when signatures cannot be read and are not required
 */
public record LayoutPlugins(Path folder, Path scratch, Limits limits, Consumer<String> warnings)
        implements PluginSource {
    @Override
    public Fetched fetch(PluginReference wanted) {
        try {
            return code(wanted);
        } catch (OciException e) {
            return OciPlugins.failed(e.failure());
        } catch (IOException e) {
            return new Failed("store", scratch + ": " + e.getMessage(), "check the disk");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Failed("download", "interrupted", "");
        }
    }

    private Code code(PluginReference wanted) throws IOException, InterruptedException {
        var trust = DocumentTrust.of(wanted.trust());
        var reference = LayoutReference.parse(wanted.url()).from(folder);
        var layout = new LayoutFolder(reference.folder(), limits);
        Deadline deadline = Deadline.in(limits.total(), System::nanoTime);
        Unpacked unpacked =
                new ArtifactReader(limits)
                        .read(layout, reference.target(), Wanted.of(wanted), scratch, deadline);
        try {
            var search = new SignatureSearch(layout, deadline);
            SignatureReport report =
                    trust.judge(
                            reference.toString(),
                            signers -> search.of(unpacked.subjects(), signers),
                            warnings);
            return new Code(
                    unpacked.content().hex(),
                    Files.readAllBytes(unpacked.file()),
                    unpacked.names(),
                    trust.remark(report.by()));
        } finally {
            Files.deleteIfExists(unpacked.file());
        }
    }
}
