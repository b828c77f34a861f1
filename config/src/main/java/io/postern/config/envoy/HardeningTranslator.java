package io.postern.config.envoy;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.postern.config.model.Hardening;
import io.postern.config.proto.hardening.v1.MinimumBodyRate;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.List;

/**
 * Translates Postern's own {@code postern.filters.http.hardening.v1.Hardening}, which stands among
 * the HTTP filters and is a setting of the connection manager.
 */
final class HardeningTranslator {
    static final String TYPE = "postern.filters.http.hardening.v1.Hardening";

    private static final Duration GRACE_PERIOD = Duration.ofSeconds(5);

    private final Translation translation;

    HardeningTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(TYPE).reads("reject_ambiguous_paths", "minimum_body_rate"),
                MessageSupport.of("postern.filters.http.hardening.v1.MinimumBodyRate")
                        .reads("bytes_per_second", "grace_period"));
    }

    Hardening translate(List<HttpFilter> filters, Spot spot) {
        var found = Hardening.none();
        boolean seen = false;
        for (int i = 0; i < filters.size(); i++) {
            var filter = filters.get(i);
            if (!Translation.is(filter.getTypedConfig(), TYPE)) {
                continue;
            }
            if (seen) {
                translation.error(spot.index(i), "the hardening filter is there twice");
            }
            seen = true;
            if (!filter.getDisabled()) {
                var message =
                        Translation.unpack(
                                filter.getTypedConfig(),
                                io.postern.config.proto.hardening.v1.Hardening.parser());
                found = hardening(message, spot.index(i).field("typed_config"));
            }
        }
        return found;
    }

    private Hardening hardening(io.postern.config.proto.hardening.v1.Hardening message, Spot spot) {
        if (!message.hasMinimumBodyRate()) {
            return new Hardening(message.getRejectAmbiguousPaths(), 0, Duration.ZERO);
        }
        MinimumBodyRate rate = message.getMinimumBodyRate();
        var at = spot.field("minimum_body_rate");
        if (rate.getBytesPerSecond() == 0) {
            translation.error(
                    at,
                    "bytes_per_second is missing (expected: 1 or more)",
                    "remove minimum_body_rate if bodies may come as slowly as they like");
        }
        var grace =
                translation.duration(
                        rate.hasGracePeriod(),
                        rate.getGracePeriod(),
                        GRACE_PERIOD,
                        at.field("grace_period"));
        if (grace.isZero()) {
            translation.error(at.field("grace_period"), "0s (expected: more than 0s)");
        }
        return new Hardening(
                message.getRejectAmbiguousPaths(),
                Translation.clamp(rate.getBytesPerSecond()),
                grace);
    }
}
