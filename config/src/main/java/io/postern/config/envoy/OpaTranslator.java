package io.postern.config.envoy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postern.config.model.AsyncDataSource;
import io.postern.config.model.DataSource;
import io.postern.config.model.OpaSpec;
import io.postern.config.proto.opa.v1.Opa;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.List;

/** Translates Postern's own {@code postern.filters.http.opa.v1.Opa}. */
final class OpaTranslator {
    static final String TYPE = "postern.filters.http.opa.v1.Opa";

    private static final int DEFAULT_DENIED_STATUS = 403;
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMillis(50);

    private final Translation translation;

    OpaTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(TYPE)
                        .reads(
                                "name",
                                "policy",
                                "entrypoint",
                                "with_request_body",
                                "denied_status",
                                "evaluation_timeout",
                                "context_extensions")
                        .opaque("data"),
                MessageSupport.of("postern.filters.http.opa.v1.RequestBody")
                        .reads("max_request_bytes", "allow_partial_message"),
                MessageSupport.of("postern.filters.http.opa.v1.Source")
                        .reads("filename", "inline_bytes", "remote"));
    }

    OpaSpec translate(Opa opa, String filterName, Spot spot) {
        int status =
                Translation.number(
                        opa.hasDeniedStatus(), opa.getDeniedStatus(), DEFAULT_DENIED_STATUS);
        if (status < 400 || status > 599) {
            translation.error(
                    spot.field("denied_status"), status + " (expected: a status from 400 to 599)");
        }
        var body = opa.getWithRequestBody();
        if (opa.hasWithRequestBody() && body.getMaxRequestBytes() == 0) {
            translation.error(
                    spot.field("with_request_body"),
                    "max_request_bytes is missing (expected: 1 or more)",
                    "remove with_request_body if the policy does not look at bodies");
        }
        return new OpaSpec(
                opa.getName().isEmpty() ? filterName : opa.getName(),
                policy(opa, spot.field("policy")),
                opa.hasData() ? StructJson.write(opa.getData()).getBytes(UTF_8) : new byte[0],
                opa.getEntrypoint(),
                Translation.clamp(body.getMaxRequestBytes()),
                body.getAllowPartialMessage(),
                status,
                timeout(opa, spot.field("evaluation_timeout")),
                opa.getContextExtensionsMap().entrySet().stream()
                        .map(entry -> new OpaSpec.NameValue(entry.getKey(), entry.getValue()))
                        .toList());
    }

    private Duration timeout(Opa opa, Spot spot) {
        var timeout =
                translation.duration(
                        opa.hasEvaluationTimeout(),
                        opa.getEvaluationTimeout(),
                        DEFAULT_TIMEOUT,
                        spot);
        if (timeout.isZero()) {
            translation.error(spot, "0s (expected: more than 0s: a policy must come to an end)");
        }
        return timeout;
    }

    private AsyncDataSource policy(Opa opa, Spot spot) {
        var policy = opa.getPolicy();
        return switch (policy.getSpecifierCase()) {
            case FILENAME -> new DataSource.LocalFile(policy.getFilename());
            case INLINE_BYTES -> new DataSource.Inline(policy.getInlineBytes().toByteArray());
            case REMOTE ->
                    new RemoteDataSourceTranslator(translation)
                            .translate(policy.getRemote(), spot.field("remote"));
            case SPECIFIER_NOT_SET -> {
                translation.error(
                        spot,
                        "no policy (expected: filename, inline_bytes or remote)",
                        "make one with: opa build -t wasm -e envoy/authz/allow policy.rego");
                yield new DataSource.Inline(new byte[0]);
            }
        };
    }
}
