package io.postern.config.envoy;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Spot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the secrets that TLS contexts refer to by name: static ones, or from a source. */
final class SecretTranslator {
    private static final String TLS = "envoy.extensions.transport_sockets.tls.v3.";

    private final Translation translation;
    private final ConfigSourceTranslator sources;

    SecretTranslator(Translation translation) {
        this.translation = translation;
        this.sources = new ConfigSourceTranslator(translation);
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(TLS + "SdsSecretConfig").reads("name", "sds_config"),
                MessageSupport.of(TLS + "Secret")
                        .reads("name", "tls_certificate", "validation_context"),
                MessageSupport.of(TLS + "CommonTlsContext.CombinedCertificateValidationContext")
                        .reads(
                                "default_validation_context",
                                "validation_context_sds_secret_config"));
    }

    /** A message and where it stands. */
    record Placed<M>(M message, Spot spot) {}

    /** The certificates that are referred to, as far as they are there. */
    List<Placed<TlsCertificate>> certificates(CommonTlsContext context, Spot spot) {
        var found = new ArrayList<Placed<TlsCertificate>>();
        var configs = context.getTlsCertificateSdsSecretConfigsList();
        for (int i = 0; i < configs.size(); i++) {
            var at = spot.field("tls_certificate_sds_secret_configs").index(i);
            var secret = find(configs.get(i), at);
            if (secret == null) {
                continue;
            }
            if (secret.message().hasTlsCertificate()) {
                found.add(
                        new Placed<>(
                                secret.message().getTlsCertificate(),
                                secret.spot().field("tls_certificate")));
            } else {
                translation.error(
                        at,
                        "the secret \""
                                + configs.get(i).getName()
                                + "\" is no certificate (expected: tls_certificate)");
            }
        }
        return found;
    }

    /** What peers are checked against; null: nothing is configured, or it is not there yet. */
    @Nullable Placed<CertificateValidationContext> validation(CommonTlsContext context, Spot spot) {
        return switch (context.getValidationContextTypeCase()) {
            case VALIDATION_CONTEXT ->
                    new Placed<>(context.getValidationContext(), spot.field("validation_context"));
            case VALIDATION_CONTEXT_SDS_SECRET_CONFIG ->
                    validation(
                            context.getValidationContextSdsSecretConfig(),
                            spot.field("validation_context_sds_secret_config"));
            case COMBINED_VALIDATION_CONTEXT -> {
                var combined = context.getCombinedValidationContext();
                var at = spot.field("combined_validation_context");
                var secret =
                        validation(
                                combined.getValidationContextSdsSecretConfig(),
                                at.field("validation_context_sds_secret_config"));
                var base = combined.getDefaultValidationContext();
                // As in Envoy: the secret is merged into the default.
                yield new Placed<>(
                        secret == null
                                ? base
                                : base.toBuilder().mergeFrom(secret.message()).build(),
                        at.field("default_validation_context"));
            }
            default -> null;
        };
    }

    private @Nullable Placed<CertificateValidationContext> validation(
            SdsSecretConfig config, Spot spot) {
        var secret = find(config, spot);
        if (secret == null) {
            return null;
        }
        if (!secret.message().hasValidationContext()) {
            translation.error(
                    spot,
                    "the secret \""
                            + config.getName()
                            + "\" is nothing to check peers against (expected:"
                            + " validation_context)");
            return null;
        }
        return new Placed<>(
                secret.message().getValidationContext(), secret.spot().field("validation_context"));
    }

    private @Nullable Placed<Secret> find(SdsSecretConfig config, Spot spot) {
        var source =
                config.hasSdsConfig()
                        ? sources.translate(
                                config.getSdsConfig(), translation.self(), spot.field("sds_config"))
                        : null;
        var found = translation.references().find(ResourceType.SECRET, source, config.getName());
        if (found == null && !config.hasSdsConfig()) {
            translation.error(
                    spot,
                    "no such secret: \"" + config.getName() + "\"",
                    "add it to static_resources.secrets, or say with sds_config where it is");
        }
        return found == null ? null : new Placed<>((Secret) found.message(), found.spot());
    }
}
