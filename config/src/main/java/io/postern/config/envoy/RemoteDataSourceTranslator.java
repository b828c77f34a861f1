package io.postern.config.envoy;

import io.postern.config.model.RemoteDataSource;
import io.postern.config.source.Spot;
import java.util.List;
import java.util.Locale;

/** Translates {@code envoy.config.core.v3.RemoteDataSource}. */
final class RemoteDataSourceTranslator {
    private final Translation translation;

    RemoteDataSourceTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        var core = "envoy.config.core.v3.";
        return List.of(
                MessageSupport.of(core + "RemoteDataSource")
                        .reads("http_uri", "sha256", "retry_policy"),
                MessageSupport.of(core + "HttpUri").reads("uri", "cluster", "timeout"),
                MessageSupport.of(core + "RetryPolicy").reads("retry_back_off", "num_retries"),
                MessageSupport.of(core + "BackoffStrategy").reads("base_interval", "max_interval"));
    }

    RemoteDataSource translate(
            io.envoyproxy.envoy.config.core.v3.RemoteDataSource remote, Spot spot) {
        var uri = remote.getHttpUri();
        var retries = remote.getRetryPolicy();
        var backoff =
                Backoff.of(
                        retries.getRetryBackOff(),
                        spot.field("retry_policy").field("retry_back_off"),
                        translation);
        return new RemoteDataSource(
                uri.getUri(),
                uri.getCluster(),
                translation.duration(uri.getTimeout(), spot.field("http_uri").field("timeout")),
                remote.getSha256().toLowerCase(Locale.ROOT),
                Translation.number(retries.hasNumRetries(), retries.getNumRetries(), 1),
                backoff.base(),
                backoff.max());
    }
}
