package io.postern.config.envoy;

import com.google.protobuf.UInt32Value;
import io.postern.config.model.OutlierDetection;
import io.postern.config.model.OutlierDetection.Consecutive;
import io.postern.config.model.OutlierDetection.Ejection;
import io.postern.config.model.OutlierDetection.FailurePercentage;
import io.postern.config.model.OutlierDetection.SuccessRate;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.List;

/** Translates {@code envoy.config.cluster.v3.OutlierDetection}. */
final class OutlierDetectionTranslator {
    private static final Duration MAX_EJECTION = Duration.ofMinutes(5);

    private final Translation translation;

    OutlierDetectionTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of("envoy.config.cluster.v3.OutlierDetection")
                        .reads(
                                "consecutive_5xx",
                                "interval",
                                "base_ejection_time",
                                "max_ejection_percent",
                                "enforcing_consecutive_5xx",
                                "enforcing_success_rate",
                                "success_rate_minimum_hosts",
                                "success_rate_request_volume",
                                "success_rate_stdev_factor",
                                "consecutive_gateway_failure",
                                "enforcing_consecutive_gateway_failure",
                                "split_external_local_origin_errors",
                                "consecutive_local_origin_failure",
                                "enforcing_consecutive_local_origin_failure",
                                "enforcing_local_origin_success_rate",
                                "failure_percentage_threshold",
                                "enforcing_failure_percentage",
                                "enforcing_failure_percentage_local_origin",
                                "failure_percentage_minimum_hosts",
                                "failure_percentage_request_volume",
                                "max_ejection_time",
                                "max_ejection_time_jitter",
                                "successful_active_health_check_uneject_host",
                                "always_eject_one_host"));
    }

    OutlierDetection translate(
            io.envoyproxy.envoy.config.cluster.v3.OutlierDetection outliers, Spot spot) {
        return new OutlierDetection(
                translation.duration(
                        outliers.hasInterval(),
                        outliers.getInterval(),
                        Duration.ofSeconds(10),
                        spot.field("interval")),
                ejection(outliers, spot),
                new Consecutive(
                        number(outliers.hasConsecutive5Xx(), outliers.getConsecutive5Xx(), 5),
                        number(
                                outliers.hasEnforcingConsecutive5Xx(),
                                outliers.getEnforcingConsecutive5Xx(),
                                100)),
                new Consecutive(
                        number(
                                outliers.hasConsecutiveGatewayFailure(),
                                outliers.getConsecutiveGatewayFailure(),
                                5),
                        number(
                                outliers.hasEnforcingConsecutiveGatewayFailure(),
                                outliers.getEnforcingConsecutiveGatewayFailure(),
                                0)),
                new Consecutive(
                        number(
                                outliers.hasConsecutiveLocalOriginFailure(),
                                outliers.getConsecutiveLocalOriginFailure(),
                                5),
                        number(
                                outliers.hasEnforcingConsecutiveLocalOriginFailure(),
                                outliers.getEnforcingConsecutiveLocalOriginFailure(),
                                100)),
                successRate(outliers),
                failurePercentage(outliers),
                outliers.getSplitExternalLocalOriginErrors(),
                !outliers.hasSuccessfulActiveHealthCheckUnejectHost()
                        || outliers.getSuccessfulActiveHealthCheckUnejectHost().getValue());
    }

    private Ejection ejection(
            io.envoyproxy.envoy.config.cluster.v3.OutlierDetection outliers, Spot spot) {
        var base =
                translation.duration(
                        outliers.hasBaseEjectionTime(),
                        outliers.getBaseEjectionTime(),
                        Duration.ofSeconds(30),
                        spot.field("base_ejection_time"));
        var max =
                translation.duration(
                        outliers.hasMaxEjectionTime(),
                        outliers.getMaxEjectionTime(),
                        base.compareTo(MAX_EJECTION) > 0 ? base : MAX_EJECTION,
                        spot.field("max_ejection_time"));
        if (max.compareTo(base) < 0) {
            translation.error(
                    spot.field("max_ejection_time"),
                    "max_ejection_time is less than base_ejection_time (expected: it or more)");
        }
        return new Ejection(
                base,
                max,
                translation.duration(
                        outliers.hasMaxEjectionTimeJitter(),
                        outliers.getMaxEjectionTimeJitter(),
                        Duration.ZERO,
                        spot.field("max_ejection_time_jitter")),
                number(outliers.hasMaxEjectionPercent(), outliers.getMaxEjectionPercent(), 10),
                outliers.getAlwaysEjectOneHost().getValue());
    }

    private static SuccessRate successRate(
            io.envoyproxy.envoy.config.cluster.v3.OutlierDetection outliers) {
        return new SuccessRate(
                number(
                        outliers.hasSuccessRateMinimumHosts(),
                        outliers.getSuccessRateMinimumHosts(),
                        5),
                number(
                        outliers.hasSuccessRateRequestVolume(),
                        outliers.getSuccessRateRequestVolume(),
                        100),
                number(
                        outliers.hasSuccessRateStdevFactor(),
                        outliers.getSuccessRateStdevFactor(),
                        1900),
                number(outliers.hasEnforcingSuccessRate(), outliers.getEnforcingSuccessRate(), 100),
                number(
                        outliers.hasEnforcingLocalOriginSuccessRate(),
                        outliers.getEnforcingLocalOriginSuccessRate(),
                        100));
    }

    private static FailurePercentage failurePercentage(
            io.envoyproxy.envoy.config.cluster.v3.OutlierDetection outliers) {
        return new FailurePercentage(
                number(
                        outliers.hasFailurePercentageThreshold(),
                        outliers.getFailurePercentageThreshold(),
                        85),
                number(
                        outliers.hasFailurePercentageMinimumHosts(),
                        outliers.getFailurePercentageMinimumHosts(),
                        5),
                number(
                        outliers.hasFailurePercentageRequestVolume(),
                        outliers.getFailurePercentageRequestVolume(),
                        50),
                number(
                        outliers.hasEnforcingFailurePercentage(),
                        outliers.getEnforcingFailurePercentage(),
                        0),
                number(
                        outliers.hasEnforcingFailurePercentageLocalOrigin(),
                        outliers.getEnforcingFailurePercentageLocalOrigin(),
                        0));
    }

    private static int number(boolean set, UInt32Value value, int absent) {
        return Translation.number(set, value, absent);
    }
}
