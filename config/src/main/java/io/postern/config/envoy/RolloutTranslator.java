package io.postern.config.envoy;

import io.postern.config.message.MessageTypes;
import io.postern.config.model.FilterSpec;
import io.postern.config.model.OpaSpec;
import io.postern.config.model.RolloutSpec;
import io.postern.config.model.RolloutSpec.FailureBound;
import io.postern.config.model.WasmSpec;
import io.postern.config.proto.rollout.v1.HashOn;
import io.postern.config.proto.rollout.v1.Rollout;
import io.postern.config.proto.rollout.v1.Version;
import io.postern.config.source.Spot;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Translates Postern's own {@code postern.filters.http.rollout.v1.Rollout}. */
final class RolloutTranslator {
    private static final String PACKAGE = "postern.filters.http.rollout.v1.";

    private final Translation translation;
    private final HttpFilterTranslator filters;

    /** {@code filters} translates the versions. */
    RolloutTranslator(Translation translation, HttpFilterTranslator filters) {
        this.translation = translation;
        this.filters = filters;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(RolloutSpec.TYPE)
                        .reads(
                                "name",
                                "seed",
                                "last_good",
                                "candidate",
                                "share",
                                "mode",
                                "hash_on",
                                "failure_bound"),
                MessageSupport.of(PACKAGE + "Version").reads("version", "typed_config"),
                MessageSupport.of(PACKAGE + "HashOn").reads("header", "source_address"),
                MessageSupport.of(PACKAGE + "FailureBound").reads("failures", "share"));
    }

    /** Null: an error was told. */
    @Nullable RolloutSpec translate(Rollout rollout, String filterName, Spot spot) {
        if (rollout.getShare() < 0 || rollout.getShare() > RolloutSpec.WHOLE) {
            translation.error(
                    spot.field("share"),
                    Integer.toUnsignedString(rollout.getShare())
                            + " (expected: 0 to 10000: of so many exchanges)",
                    "one per cent is 100");
        }
        var lastGood = version(rollout.getLastGood(), filterName, spot.field("last_good"));
        var candidate = version(rollout.getCandidate(), filterName, spot.field("candidate"));
        if (lastGood == null || candidate == null) {
            return null;
        }
        if (lastGood.spec().equals(candidate.spec())) {
            translation.error(
                    spot.field("candidate"),
                    "the candidate is the last good version",
                    "give the filter's own configuration instead of a rollout");
        }
        return new RolloutSpec(
                rollout.getName().isEmpty() ? filterName : rollout.getName(),
                rollout.getSeed().isEmpty() ? candidate.name() : rollout.getSeed(),
                lastGood,
                candidate,
                rollout.getShare(),
                switch (rollout.getMode()) {
                    case CANARY, UNRECOGNIZED -> RolloutSpec.Mode.CANARY;
                    case SHADOW -> RolloutSpec.Mode.SHADOW;
                },
                hashOn(rollout.getHashOn()),
                bound(rollout));
    }

    private RolloutSpec.@Nullable Version version(Version version, String filter, Spot spot) {
        if (version.getVersion().isEmpty()) {
            translation.error(spot.field("version"), "no version (expected: a digest or a tag)");
        }
        var at = spot.field("typed_config");
        var any = version.getTypedConfig();
        FilterSpec spec =
                any.getTypeUrl().equals(MessageTypes.URL_PREFIX + RolloutSpec.TYPE)
                        ? null
                        : filters.spec(any, filter, at);
        return switch (spec) {
            case WasmSpec wasm -> new RolloutSpec.Version(version.getVersion(), wasm);
            case OpaSpec opa -> new RolloutSpec.Version(version.getVersion(), opa);
            case null, default -> {
                translation.error(
                        at,
                        (any.getTypeUrl().isEmpty()
                                        ? "no filter"
                                        : MessageTypes.nameOf(any.getTypeUrl()))
                                + " (expected: a Wasm plugin or an Opa policy)");
                yield null;
            }
        };
    }

    private static RolloutSpec.HashOn hashOn(HashOn hashOn) {
        return switch (hashOn.getSourceCase()) {
            case HEADER ->
                    new RolloutSpec.HashOn.Header(hashOn.getHeader().toLowerCase(Locale.ROOT));
            case SOURCE_ADDRESS ->
                    hashOn.getSourceAddress()
                            ? new RolloutSpec.HashOn.SourceAddress()
                            : new RolloutSpec.HashOn.RequestId();
            case SOURCE_NOT_SET -> new RolloutSpec.HashOn.RequestId();
        };
    }

    private static FailureBound bound(Rollout rollout) {
        var bound = rollout.getFailureBound();
        return new FailureBound(
                Translation.number(
                        bound.hasFailures(), bound.getFailures(), FailureBound.DEFAULT.failures()),
                Translation.number(
                        bound.hasShare(), bound.getShare(), FailureBound.DEFAULT.share()));
    }
}
