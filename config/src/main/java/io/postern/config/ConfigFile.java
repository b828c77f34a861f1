package io.postern.config;

import io.postern.config.envoy.BootstrapTranslator;
import io.postern.config.message.MessageReader;
import io.postern.config.message.MessageTypes;
import io.postern.config.source.ConfigText;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.SourceNode;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.Spot;
import io.postern.config.source.TreeMerge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads Envoy bootstrap configurations: text, tree, messages, constraints, model. Every error is
 * collected, with its place.
 *
 * <p>Control thread; files named in the configuration are read relative to the working directory,
 * as in Envoy. A class is loaded when a configuration names its type.
 */
public final class ConfigFile {
    private final Map<String, String> environment;
    private final MessageTypes types = new MessageTypes();

    /**
     * @param environment variables of this process: {@code System.getenv()}
     */
    public ConfigFile(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * Builds the schema that every configuration is read by, which takes a third of a start: on
     * another thread, while the text is parsed. Changes nothing else.
     */
    public static void preload() {
        var _ = BootstrapTranslator.builder();
    }

    /** Envoy's {@code -c}. */
    public LoadResult load(Path file) {
        return load(file, null);
    }

    /**
     * Envoy's {@code -c} and {@code --config-yaml}.
     *
     * @param file null: the overlay is all
     * @param overlay YAML laid over the file: single fields replace, lists append
     */
    public LoadResult load(@Nullable Path file, @Nullable String overlay) {
        var diagnostics = new Diagnostics();
        var trees = new ArrayList<SourceNode>();
        if (file != null) {
            add(ConfigText.read(file, diagnostics), trees);
        }
        if (overlay != null) {
            add(ConfigText.yaml("--config-yaml", overlay, diagnostics), trees);
        }
        return translate(trees, diagnostics);
    }

    /** A text that is not in a file; {@code name} stands for the file in places. */
    public LoadResult loadYaml(String name, String yaml) {
        var diagnostics = new Diagnostics();
        var trees = new ArrayList<SourceNode>();
        add(ConfigText.yaml(name, yaml, diagnostics), trees);
        return translate(trees, diagnostics);
    }

    private static void add(@Nullable SourceNode tree, List<SourceNode> trees) {
        if (tree != null) {
            trees.add(tree);
        }
    }

    private LoadResult translate(List<SourceNode> trees, Diagnostics diagnostics) {
        if (diagnostics.hasErrors()) {
            return broken(diagnostics);
        }
        var message = BootstrapTranslator.builder();
        SourceNode merged = null;
        for (var tree : trees) {
            var part = BootstrapTranslator.builder();
            new MessageReader(types, diagnostics).read(tree, part, Spot.root(tree));
            message.mergeFrom(part.build());
            merged = merged == null ? tree : TreeMerge.merge(merged, tree);
        }
        if (merged == null || merged instanceof NullNode || diagnostics.hasErrors()) {
            return broken(diagnostics);
        }
        var translated =
                BootstrapTranslator.translate(
                        message.build(), Spot.root(merged), types, diagnostics, environment);
        return translated == null || diagnostics.hasErrors()
                ? broken(diagnostics)
                : new LoadResult.Loaded(
                        translated.bootstrap(),
                        diagnostics.warnings(),
                        translated.dump(),
                        translated.parts());
    }

    private static LoadResult broken(Diagnostics diagnostics) {
        return new LoadResult.Broken(diagnostics.errors(), diagnostics.warnings());
    }
}
