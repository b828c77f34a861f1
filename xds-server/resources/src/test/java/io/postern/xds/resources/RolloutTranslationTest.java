package io.postern.xds.resources;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.http.wasm.v3.Wasm;
import io.postern.config.proto.rollout.v1.Rollout;
import io.postern.xds.resources.document.DocumentReader;
import io.postern.xds.resources.kind.Kinds;
import io.postern.xds.resources.kind.Rules;
import io.postern.xds.resources.plugin.FilePlugins;
import io.postern.xds.resources.plugin.PluginSources;
import io.postern.xds.resources.rollout.EnvoyTrial;
import io.postern.xds.resources.rollout.RolloutBook;
import io.postern.xds.resources.rollout.RolloutBook.Entry;
import io.postern.xds.resources.rollout.RolloutBook.Trial;
import io.postern.xds.resources.rollout.RolloutPlan;
import io.postern.xds.resources.rollout.RolloutPlan.Step;
import io.postern.xds.resources.rollout.TriedVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the book of rollouts makes of a plugin. */
class RolloutTranslationTest {
    private static final String FILTER = "wasm/default/tag";
    private static final Step TENTH = new Step.Exchanges(1_000, false, Duration.ZERO);
    private static final Path CASE = Path.of("src/test/resources/cases/plugin-rollout/in.yaml");

    private final ResourceTranslator translator = new ResourceTranslator(TranslationOptions.INLINE);
    private final String text = read();

    private static String read() {
        try {
            return Files.readString(CASE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Translation translate(String document, RolloutBook book) {
        var reader = new DocumentReader(Kinds.all(), Rules::check);
        reader.read("in.yaml", document);
        var sources =
                new PluginSources(
                        Map.of("file", new FilePlugins(Path.of("src/test/resources/plugins"))));
        var documents = reader.documents();
        var fetched = sources.fetchAll(ResourceTranslator.plugins(documents));
        return translator.translate(documents, fetched, book);
    }

    private TriedVersion versionOf(String document) {
        return translate(document, RolloutBook.EMPTY).wanted().getFirst().version();
    }

    private String changed() {
        return text.replace("strict", "lenient");
    }

    private static Any extension(Translation translation, String group) {
        return resources(translation, group).stream()
                .filter(TypedExtensionConfig.class::isInstance)
                .map(TypedExtensionConfig.class::cast)
                .findFirst()
                .orElseThrow()
                .getTypedConfig();
    }

    private static List<com.google.protobuf.Message> resources(
            Translation translation, String group) {
        return translation.groups().stream()
                .filter(one -> one.name().endsWith(group))
                .findFirst()
                .orElseThrow()
                .resources();
    }

    private static Any listener(Translation translation) {
        return resources(translation, "@postern").stream()
                .filter(Listener.class::isInstance)
                .map(Any::pack)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aVersionOnTrialStandsBesideTheLastGoodOne() throws InvalidProtocolBufferException {
        // Given
        TriedVersion before = versionOf(text);
        TriedVersion after = versionOf(changed());
        var entry = new Entry(before, new Trial(after.id(), List.of(TENTH)));
        // When
        Translation translation = translate(changed(), new RolloutBook(Map.of(FILTER, entry)));
        // Then
        Rollout rollout = extension(translation, "@postern").unpack(Rollout.class);
        assertThat(rollout.getLastGood().getVersion()).isEqualTo(before.id());
        assertThat(rollout.getLastGood().getTypedConfig())
                .isEqualTo(before.configs().get(Audience.POSTERN));
        assertThat(rollout.getCandidate().getVersion()).isEqualTo(after.id());
        assertThat(rollout.getShare()).isEqualTo(1_000);
        assertThat(rollout.getSeed()).isEqualTo(after.id());
        assertThat(rollout.getHashOn().getHeader()).isEqualTo("x-user");
        // and on Envoys nothing has changed
        assertThat(extension(translation, "@envoy"))
                .isEqualTo(before.configs().get(Audience.ENVOY));
        // and listeners neither
        assertThat(listener(translation)).isEqualTo(listener(translate(text, RolloutBook.EMPTY)));
    }

    @Test
    void someEnvoysGetAVersionOnTrialBesideWhatTheirGroupHas() {
        // Given
        String group =
                """
                ---
                apiVersion: postern.io/v1alpha1
                kind: NodeGroup
                metadata: {name: canary}
                spec: {metadata: {stage: canary}}
                """;
        TriedVersion before = versionOf(text);
        TriedVersion after = versionOf(changed());
        List<Step> reached =
                List.of(
                        new Step.Envoys("canary", 10_000, Duration.ZERO),
                        new Step.Envoys("", 2_500, Duration.ZERO),
                        new Step.Envoys("gone", 2_500, Duration.ZERO));
        var entry = new Entry(before, new Trial(after.id(), reached));
        // When
        Translation translation =
                translate(changed() + group, new RolloutBook(Map.of(FILTER, entry)));
        // Then
        assertThat(extension(translation, "@envoy"))
                .isEqualTo(before.configs().get(Audience.ENVOY));
        assertThat(extension(translation, "@postern"))
                .isEqualTo(before.configs().get(Audience.POSTERN));
        var tried =
                translation.groups().stream()
                        .filter(one -> EnvoyTrial.isGroup(one.name(), FILTER))
                        .toList();
        assertThat(tried)
                .extracting(GroupResources::selector)
                .containsExactly(
                        new NodeSelector(
                                Set.of(),
                                Set.of("edge", "default/edge"),
                                Map.of("stage", "canary"),
                                Audience.ENVOY,
                                new NodeSelector.Part(after.id(), 10_000)),
                        new NodeSelector(
                                Set.of(),
                                Set.of("edge", "default/edge"),
                                Map.of(),
                                Audience.ENVOY,
                                new NodeSelector.Part(after.id(), 2_500)));
        assertThat(tried)
                .allSatisfy(one ->
                        assertThat(extension(translation, one.name()))
                                .isEqualTo(after.configs().get(Audience.ENVOY)));
        assertThat(translation.statuses().toString()).contains("no NodeGroup default/gone");
    }

    @Test
    void versionsShareNoData() throws InvalidProtocolBufferException {
        Any before = requireNonNull(versionOf(text).configs().get(Audience.ENVOY));
        Any after = requireNonNull(versionOf(changed()).configs().get(Audience.ENVOY));
        assertThat(before.unpack(Wasm.class).getConfig().getVmConfig().getVmId())
                .startsWith("wasm/default/tag@")
                .isNotEqualTo(after.unpack(Wasm.class).getConfig().getVmConfig().getVmId());
    }

    @Test
    void aVersionThatWasTakenBackServesNobody() {
        // Given
        TriedVersion before = versionOf(text);
        var book = new RolloutBook(Map.of(FILTER, new Entry(before, null)));
        // When
        Translation translation = translate(changed(), book);
        // Then
        assertThat(extension(translation, "@postern"))
                .isEqualTo(before.configs().get(Audience.POSTERN));
        assertThat(translation.wanted()).hasSize(1);
    }

    @Test
    void whatCannotBeFetchedIsServedAsItWas() {
        // Given
        TriedVersion before = versionOf(text);
        var book = new RolloutBook(Map.of(FILTER, new Entry(before, null)));
        // When
        Translation translation = translate(text.replace("empty.wasm", "none.wasm"), book);
        // Then
        assertThat(extension(translation, "@postern"))
                .isEqualTo(before.configs().get(Audience.POSTERN));
        assertThat(translation.hasErrors()).isTrue();
    }

    @Test
    void theDocumentationsExampleForEnvoysIsUnderstood() throws IOException {
        // Given
        String page = Files.readString(Path.of("../../docs/rollouts.md"));
        int begin = page.lastIndexOf("```yaml") + "```yaml".length();
        var reader = new DocumentReader(Kinds.all(), Rules::check);
        // When
        reader.read("rollouts.md", page.substring(begin, page.indexOf("```", begin)));
        // Then
        assertThat(reader.documents().bad()).isEmpty();
        var plugin = reader.documents().good().getLast();
        assertThat(RolloutPlan.of(plugin.spec().at("rollout")).steps())
                .containsExactly(
                        new Step.Envoys("canary", 10_000, Duration.ofMinutes(10)),
                        new Step.Envoys("", 2_500, Duration.ofMinutes(10)),
                        new Step.Envoys("", 10_000, Duration.ofMinutes(10)));
    }

    @Test
    void theDocumentationsExampleIsUnderstood() throws IOException {
        // Given
        String page = Files.readString(Path.of("../../docs/rollouts.md"));
        int begin = page.indexOf("```yaml") + "```yaml".length();
        var reader = new DocumentReader(Kinds.all(), Rules::check);
        // When
        reader.read("rollouts.md", page.substring(begin, page.indexOf("```", begin)));
        // Then
        var document = reader.documents().good().getFirst();
        var plan = RolloutPlan.of(document.spec().at("rollout"));
        assertThat(plan.steps())
                .containsExactly(
                        new Step.Exchanges(1_000, true, Duration.ofMinutes(1)),
                        new Step.Exchanges(100, false, Duration.ofMinutes(1)),
                        new Step.Exchanges(1_000, false, Duration.ofMinutes(1)),
                        new Step.Exchanges(5_000, false, Duration.ofMinutes(1)));
        assertThat(plan.hashHeader()).isEqualTo("x-user");
        // and what it shows of gates is what holds without them
        assertThat(plan.gates()).isEqualTo(RolloutPlan.of(document.spec().at("none")).gates());
    }
}
