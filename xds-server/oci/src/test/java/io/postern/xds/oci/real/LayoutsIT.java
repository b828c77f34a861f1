package io.postern.xds.oci.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.oci.Limits;
import io.postern.xds.oci.disk.LayoutPlugins;
import io.postern.xds.oci.disk.LayoutReference;
import io.postern.xds.oci.disk.LayoutWriter;
import io.postern.xds.oci.push.Artifact;
import io.postern.xds.oci.push.ArtifactLayout;
import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginReference.Kind;
import io.postern.xds.resources.PluginReference.Trust;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.testkit.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Image layouts that {@code oras} writes and reads. */
class LayoutsIT {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};

    @TempDir Path directory = Path.of("");

    private void oras(String... words) throws Exception {
        Tools.run(directory, Map.of(), Tools.command(Tools.oras().orSkip(), words)).good();
    }

    @Test
    void whatOrasWritesIsReadAndWhatItCopiesToo() throws Exception {
        Files.write(directory.resolve("auth.wasm"), WASM);
        oras("push", "--oci-layout", "plugins:1.0", "auth.wasm:application/wasm");
        oras("copy", "--from-oci-layout", "plugins:1.0", "--to-oci-layout", "others:auth");
        for (String url : new String[] {"oci-layout://plugins:1.0", "oci-layout://others:auth"}) {
            var plugins = new LayoutPlugins(directory, directory, Limits.ordinary());
            var reference = new PluginReference(Kind.PLUGIN, url, "", null, Trust.NONE);
            assertThat(plugins.fetch(reference))
                    .as(url)
                    .isInstanceOfSatisfying(
                            PluginSource.Code.class,
                            code -> assertThat(code.bytes()).isEqualTo(WASM));
        }
    }

    @Test
    void whatIsWrittenIsReadByOras() throws Exception {
        var reference = LayoutReference.parse("oci-layout://plugins:1.0").from(directory);
        LayoutWriter.write(
                reference, Artifact.of(WASM, ArtifactLayout.ARTIFACT, Map.of("team", "edge")));
        oras("pull", "--oci-layout", "plugins:1.0");
        assertThat(directory.resolve("plugin.wasm")).hasBinaryContent(WASM);
    }
}
