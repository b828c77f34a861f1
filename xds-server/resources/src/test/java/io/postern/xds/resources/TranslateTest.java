package io.postern.xds.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.ResourceType;
import io.postern.xds.resources.TranslationOptions.ContentServer;
import io.postern.xds.resources.document.DocumentReader;
import io.postern.xds.resources.document.Documents;
import io.postern.xds.resources.kind.Kinds;
import io.postern.xds.resources.kind.Rules;
import io.postern.xds.resources.plugin.FilePlugins;
import io.postern.xds.resources.plugin.PluginSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every {@code cases/NAME/in.yaml} becomes {@code out/GROUP.yaml} and {@code status.yaml}. */
class TranslateTest {
    private static final Path CASES = Path.of("src/test/resources/cases");
    private static final long SEED = Long.getLong("seed", 20261123L);

    private static final ResourceTranslator INLINE =
            new ResourceTranslator(TranslationOptions.INLINE);
    private static final ResourceTranslator BY_DIGEST =
            new ResourceTranslator(
                    new TranslationOptions(
                            new ContentServer("http://control/content/sha256/", "control")));

    private final MessageText messages = new MessageText();

    static List<String> cases() throws IOException {
        try (var folders = Files.list(CASES)) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    static Documents read(Path input) throws IOException {
        var reader = new DocumentReader(Kinds.all(), Rules::check);
        reader.read("in.yaml", Files.readString(input));
        return reader.documents();
    }

    static Translation translate(String name, Documents documents) {
        var files = new FilePlugins(Path.of("src/test/resources/plugins"));
        var sources = new PluginSources(Map.of("file", files, "oci", ScriptedPlugins.of(files)));
        var translator = name.startsWith("content-") ? BY_DIGEST : INLINE;
        return translator.translate(
                documents, sources.fetchAll(ResourceTranslator.plugins(documents)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void translatesAsExpected(String name) throws IOException {
        // Given
        var folder = CASES.resolve(name);
        var documents = read(folder.resolve("in.yaml"));

        // When
        var translation = translate(name, documents);

        // Then
        var written = new TreeSet<String>();
        for (var group : translation.groups()) {
            var file = group.name().replace('/', '.') + ".yaml";
            written.add(file);
            Golden.compare(folder.resolve("out").resolve(file), YamlText.of(tree(group)));
        }
        Golden.compare(
                folder.resolve("status.yaml"), YamlText.of(StatusText.of(translation.statuses())));
        removeOrFind(folder.resolve("out"), written);
    }

    private static void removeOrFind(Path out, Set<String> written) throws IOException {
        if (!Files.isDirectory(out)) {
            return;
        }
        try (var files = Files.list(out)) {
            for (var file : files.toList()) {
                if (Golden.updates() && !written.contains(file.getFileName().toString())) {
                    Files.delete(file);
                } else {
                    assertThat(written).contains(file.getFileName().toString());
                }
            }
        }
    }

    private Object tree(GroupResources group) {
        var tree = new LinkedHashMap<String, Object>();
        var selector = new LinkedHashMap<String, Object>();
        selector.put("ids", group.selector().ids().stream().sorted().toList());
        selector.put("clusters", group.selector().clusters().stream().sorted().toList());
        selector.put("metadata", new java.util.TreeMap<>(group.selector().metadata()));
        selector.put("audience", group.selector().audience().toString());
        tree.put("nodes", selector);
        Map<String, List<Object>> byType = new LinkedHashMap<>();
        for (var message : group.resources()) {
            var type = message.getDescriptorForType().getFullName();
            var known =
                    Stream.of(ResourceType.values())
                            .filter(one -> one.message().equals(type))
                            .findFirst()
                            .orElseThrow();
            byType.computeIfAbsent(known.name().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(messages.tree(message));
        }
        tree.putAll(byType);
        return tree;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theOrderOfDocumentsChangesNothing(String name) throws IOException {
        // Given
        var documents = read(CASES.resolve(name).resolve("in.yaml"));
        var expected = translate(name, documents);
        var random = new Random(SEED + name.hashCode());

        // When
        var good = new ArrayList<>(documents.good());
        var bad = new ArrayList<>(documents.bad());
        java.util.Collections.shuffle(good, random);
        java.util.Collections.shuffle(bad, random);
        var shuffled = translate(name, new Documents(good, bad));

        // Then
        assertThat(shuffled).as("seed %s", SEED).isEqualTo(expected);
    }

    @Test
    void thereAreEnoughCases() throws IOException {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(120);
    }
}
