package io.postern.xds.resources.kind;

import static io.postern.xds.resources.document.Shapes.ANYTHING;
import static io.postern.xds.resources.document.Shapes.HEADER;
import static io.postern.xds.resources.document.Shapes.SHA256;
import static io.postern.xds.resources.document.Shapes.TEXT;
import static io.postern.xds.resources.document.Shapes.TRUTH;
import static io.postern.xds.resources.document.Shapes.fields;
import static io.postern.xds.resources.document.Shapes.list;
import static io.postern.xds.resources.document.Shapes.text;
import static io.postern.xds.resources.document.Shapes.whole;
import static io.postern.xds.resources.document.Shapes.word;

import io.postern.xds.resources.document.Shape;
import io.postern.xds.resources.document.Shape.Fields;

/** How the bundled plugins are configured: their JSON, with names as Kubernetes writes them. */
final class PluginShapes {
    static final Fields AUTH =
            fields().may("realm", TEXT, "in www-authenticate; gateway when absent")
                    .may(
                            "apiKey",
                            fields().may("header", HEADER, "x-api-key when absent")
                                    .must(
                                            "keys",
                                            list(
                                                    fields().must("consumer", text(1, 256), "whose")
                                                            .must(
                                                                    "sha256",
                                                                    SHA256,
                                                                    "SHA-256 of the key")
                                                            .build(),
                                                    1,
                                                    100_000),
                                            "who may call")
                                    .build(),
                            "API keys")
                    .may(
                            "jwt",
                            fields().must(
                                            "jwks",
                                            new Shape.Table(ANYTHING, 10),
                                            "a JSON Web Key Set, as issuers publish it")
                                    .may("issuer", TEXT, "what iss must be")
                                    .may("audiences", list(TEXT, 100), "aud must have one of them")
                                    .may("clockSkewSeconds", whole(0, 3600), "60 when absent")
                                    .may("requireExpiry", TRUTH, "true when absent")
                                    .may("maxTokenBytes", whole(1, 1 << 20), "8192 when absent")
                                    .may("cachedTokens", whole(0, 65_536), "1024 when absent")
                                    .may("consumerClaim", TEXT, "sub when absent")
                                    .may(
                                            "claimHeaders",
                                            list(
                                                    fields().must(
                                                                    "claim",
                                                                    ANYTHING,
                                                                    "a name or a path")
                                                            .must("header", HEADER, "where it goes")
                                                            .build(),
                                                    100),
                                            "claims for the upstream")
                                    .build(),
                            "bearer tokens")
                    .may(
                            "identity",
                            fields().may("consumerHeader", HEADER, "x-consumer-id when absent")
                                    .may("methodHeader", HEADER, "x-consumer-auth when absent")
                                    .build(),
                            "how the upstream is told who calls")
                    .may("stripCredential", TRUTH, "false when absent")
                    .build();

    static final Fields LIMIT =
            fields().must("name", text(1, 128), "letters, digits, -, _ and .")
                    .may("pathPrefix", text(1, 1024), "/ when absent")
                    .must("requests", whole(1, 1_000_000_000), "tokens that come back")
                    .must("per", word("second", "minute", "hour", "day"), "in this time")
                    .may("burst", whole(1, 1_000_000_000), "of a full bucket; requests when absent")
                    .must(
                            "key",
                            fields().must(
                                            "from",
                                            word(
                                                    "header",
                                                    "path",
                                                    "client_address",
                                                    "jwt_claim",
                                                    "constant"),
                                            "a bucket for each of these")
                                    .may("name", HEADER, "of the header")
                                    .may("claim", TEXT, "of the token")
                                    .may("ipv6Prefix", whole(1, 128), "64 when absent")
                                    .build(),
                            "")
                    .may("onMissingKey", word("share", "skip", "deny"), "share when absent")
                    .may("maxKeys", whole(8, 1_048_576), "65536 when absent")
                    .build();

    private PluginShapes() {}
}
