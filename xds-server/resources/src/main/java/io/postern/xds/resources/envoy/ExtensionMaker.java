package io.postern.xds.resources.envoy;

import static io.postern.xds.resources.attach.Conditions.PARTIALLY_INVALID;
import static io.postern.xds.resources.attach.Conditions.PROGRAMMED;
import static io.postern.xds.resources.attach.Conditions.RESOLVED_REFS;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.postern.config.proto.opa.v1.Source;
import io.postern.config.source.Nearest;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.PluginReference.Kind;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.resources.TranslationOptions;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import io.postern.xds.resources.envoy.Extension.Content;
import io.postern.xds.resources.envoy.Extension.Missing;
import io.postern.xds.resources.envoy.Extension.Usable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes filters of plugins and of the sections of policies that need one. */
final class ExtensionMaker {
    /** Sections of policies that are filters. */
    static final List<String> SECTIONS = List.of("auth", "rateLimits", "opa");

    private static final int MODULE_BYTES = 64 << 20;
    private static final int FIRST = 1_000_000;

    private final Translating translating;
    private final PluginCatalog bundled;
    private final Audience audience;
    private final WasmMaker wasm;
    private final RolledExtensions rolled;

    ExtensionMaker(Translating translating, PluginCatalog bundled, Audience audience) {
        this.translating = translating;
        this.bundled = bundled;
        this.audience = audience;
        this.wasm = new WasmMaker(translating.options(), audience);
        this.rolled = new RolledExtensions(translating, audience);
    }

    Extension ofPlugin(Document plugin) {
        var spec = plugin.spec();
        int phase =
                switch (spec.text("phase")) {
                    case "Authn" -> Extension.AUTHN;
                    case "Authz" -> Extension.AUTHZ;
                    case "Stats" -> Extension.STATS;
                    default -> Extension.NORMAL;
                };
        var code =
                translating.refused().contains(plugin) ? null : fetched(Kind.PLUGIN, plugin, spec);
        boolean closed = !spec.text("failurePolicy").equals("FailOpen");
        if (audience == Audience.ENVOY && PluginLimits.any(spec.at("limits"))) {
            var message = "Envoy keeps no limits of a plugin: there it runs without them";
            var draft = translating.statuses().of(plugin);
            draft.warning(spec.at("limits"), message, "");
            draft.conditions().pass(PARTIALLY_INVALID, "UnsupportedOnEnvoy", message);
        }
        if (code != null
                && code.bytes().length > spec.at("limits").number("moduleBytes", MODULE_BYTES)) {
            fail(
                    plugin,
                    spec.at("limits"),
                    "Invalid",
                    "the module has " + code.bytes().length + " bytes, more than moduleBytes",
                    "raise limits.moduleBytes");
            code = null;
        }
        var name = "wasm/" + plugin.path();
        Content content = code == null ? missing(name, closed) : usable(name, plugin, code);
        return new Extension(name, plugin, phase, spec.number("priority", 0), content);
    }

    private Content usable(String name, Document plugin, PluginSource.Code code) {
        var spec = plugin.spec();
        var config = config(spec.at("config"));
        return spec.has("rollout")
                ? rolled.of(
                        name,
                        plugin,
                        spec.at("rollout"),
                        code.sha256(),
                        one ->
                                new WasmMaker(TranslationOptions.INLINE, one)
                                        .of(name, spec, config, code))
                : new Usable(wasm.of(name, spec, config, code));
    }

    /** What could not be fetched or was refused, as it was when it was good. */
    private Content missing(String name, boolean closed) {
        var lastGood = rolled.lastGood(name);
        return lastGood == null ? new Missing(closed) : lastGood;
    }

    private static String config(Tree config) {
        return config.node() instanceof io.postern.config.source.SourceNode.TextNode text
                ? text.text()
                : config.isPresent() ? config.json() : "";
    }

    Extension ofPolicy(String section, Document policy) {
        var spec = policy.spec();
        if (translating.refused().contains(policy)) {
            var name = section + "/" + policy.path();
            return new Extension(name, policy, Extension.AUTHZ, 0, missing(name, true));
        }
        return switch (section) {
            case "auth" -> {
                var name = "auth/" + policy.path();
                var json = PluginJson.of(spec.at("auth"));
                yield new Extension(
                        name,
                        policy,
                        Extension.AUTHN,
                        0,
                        new Usable(wasm.bundled(name, json, bundled.auth())));
            }
            case "rateLimits" -> {
                var name = "ratelimit/" + policy.path();
                var json = "{\"limits\":" + PluginJson.of(spec.at("rateLimits")) + "}";
                // behind authentication and authorisation, before what is nobody's business
                yield new Extension(
                        name,
                        policy,
                        Extension.NORMAL,
                        FIRST + 1,
                        new Usable(wasm.bundled(name, json, bundled.rateLimit())));
            }
            default ->
                    new Extension("opa/" + policy.path(), policy, Extension.AUTHZ, 0, opa(policy));
        };
    }

    private Content opa(Document policy) {
        var opa = policy.spec().at("opa");
        if (audience == Audience.ENVOY) {
            var message = "Envoy has no OPA filter: there the target's requests are answered 500";
            translating
                    .statuses()
                    .of(policy)
                    .warning(opa, message, "let a NodeGroup with audience Postern serve it");
            translating
                    .statuses()
                    .of(policy)
                    .conditions()
                    .pass(PARTIALLY_INVALID, "UnsupportedOnEnvoy", message);
            return new Missing(true);
        }
        var name = "opa/" + policy.path();
        var code = fetched(Kind.POLICY, policy, opa.at("bundle"));
        if (code == null) {
            return missing(name, true);
        }
        var content = translating.options().content();
        if (opa.has("rollout")) {
            Message filter = OpaMaker.of(policy, opa, inline(code));
            return rolled.of(
                    name,
                    policy,
                    opa.at("rollout"),
                    code.sha256(),
                    one -> one == Audience.POSTERN ? filter : null);
        }
        var bundle = content == null ? inline(code) : CodeByDigest.bundleAt(content, code.sha256());
        return new Usable(OpaMaker.of(policy, opa, bundle));
    }

    private static Source inline(PluginSource.Code code) {
        return Source.newBuilder().setInlineBytes(ByteString.copyFrom(code.bytes())).build();
    }

    /** Null: it could not be fetched. */
    private PluginSource.@Nullable Code fetched(Kind kind, Document document, Tree source) {
        if (source.has("pullSecret")
                && PluginCatalog.pullSecret(document, source, translating.inventory()) == null) {
            var name = source.text("pullSecret");
            var known = translating.inventory().names("Secret", document.namespace());
            fail(
                    document,
                    source.at("pullSecret"),
                    "InvalidPullSecret",
                    "there is no Secret " + document.namespace() + "/" + name,
                    Nearest.cure(name, known));
            return null;
        }
        var reference = PluginCatalog.reference(kind, document, source, translating.inventory());
        return switch (translating.fetched().get(reference)) {
            case PluginSource.Code code -> {
                if (reference.sha256().isEmpty() || code.names().contains(reference.sha256())) {
                    if (!code.remark().isEmpty()) {
                        translating
                                .statuses()
                                .of(document)
                                .warning(source.at("url"), code.remark(), "");
                    }
                    yield code;
                }
                fail(
                        document,
                        source.at("sha256"),
                        "DigestMismatch",
                        reference.url() + " has the sha256 " + code.sha256(),
                        "if that is the right one, write it into sha256");
                yield null;
            }
            case PluginSource.Stale(
                            var code,
                            PluginSource.Failed(var step, var problem, var cure)) -> {
                var draft = translating.statuses().of(document);
                var message = step + ": " + problem + "; the version of before serves";
                draft.warning(source.at("url"), message, cure);
                draft.conditions().pass(PARTIALLY_INVALID, "FetchFailed", message);
                yield code;
            }
            case PluginSource.Failed(var step, var problem, var cure) -> {
                fail(document, source.at("url"), "FetchFailed", step + ": " + problem, cure);
                yield null;
            }
            case null -> {
                fail(document, source.at("url"), "FetchFailed", "it was not fetched", "");
                yield null;
            }
        };
    }

    private void fail(Document document, Tree at, String reason, String message, String cure) {
        var draft = translating.statuses().of(document);
        draft.error(at, message, cure);
        draft.conditions().fail(RESOLVED_REFS, reason, message);
        draft.conditions().fail(PROGRAMMED, "Invalid", message);
    }
}
