package io.postern.app.differential;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.postern.app.differential.EnvoyBinary.Found;
import io.postern.config.message.MessageTypes;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.GroupResources;
import io.postern.xds.resources.ResourceTranslator;
import io.postern.xds.resources.TranslationOptions;
import io.postern.xds.resources.document.DocumentReader;
import io.postern.xds.resources.kind.Kinds;
import io.postern.xds.resources.kind.Rules;
import io.postern.xds.resources.plugin.FilePlugins;
import io.postern.xds.resources.plugin.PluginSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that the cases of the module resources come to, in one configuration for a real Envoy:
 * it takes all of it.
 */
class ResourcesInEnvoyIT {
    private static final Path RESOURCES = Path.of("../xds-server/resources/src/test/resources");

    @TempDir private Path folder;

    @Test
    void envoyTakesWhatIsMadeForIt() throws IOException, InterruptedException {
        // Given
        var found = new EnvoyBinary(System.getenv(), Path.of("target")).find();
        Assumptions.assumeTrue(found instanceof Found.At, found::toString);
        var configuration = new StaticEnvoy();
        int groups = 0;
        for (var name : cases()) {
            for (var group : groups(RESOURCES.resolve("cases").resolve(name))) {
                configuration.add(name, group);
                groups++;
            }
        }

        // When
        var file = folder.resolve("envoy.json");
        Files.writeString(file, json(configuration.bootstrap()));
        var output = folder.resolve("output.txt");
        var process =
                new ProcessBuilder(
                                ((Found.At) found).binary().toString(),
                                "--mode",
                                "validate",
                                "-c",
                                file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();

        // Then
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readString(output)).contains("configuration '" + file + "' OK");
        assertThat(groups).isGreaterThan(150);
    }

    private static String json(Bootstrap bootstrap) throws IOException {
        var types = new MessageTypes();
        var registry = com.google.protobuf.TypeRegistry.newBuilder();
        for (var name : types.names()) {
            var prototype = types.prototype(name);
            if (prototype != null) {
                registry.add(prototype.getDescriptorForType());
            }
        }
        registry.add(com.google.protobuf.StringValue.getDescriptor());
        return JsonFormat.printer().usingTypeRegistry(registry.build()).print(bootstrap);
    }

    private static List<String> cases() throws IOException {
        try (var folders = Files.list(RESOURCES.resolve("cases"))) {
            return folders.map(one -> one.getFileName().toString()).sorted().toList();
        }
    }

    private static List<GroupResources> groups(Path path) throws IOException {
        var reader = new DocumentReader(Kinds.all(), Rules::check);
        reader.read("in.yaml", Files.readString(path.resolve("in.yaml")));
        var documents = reader.documents();
        var sources =
                new PluginSources(Map.of("file", new FilePlugins(RESOURCES.resolve("plugins"))));
        var translation =
                new ResourceTranslator(TranslationOptions.INLINE)
                        .translate(
                                documents, sources.fetchAll(ResourceTranslator.plugins(documents)));
        var groups = new ArrayList<>(translation.groups());
        groups.removeIf(group -> group.selector().audience() == Audience.POSTERN);
        return groups;
    }
}
