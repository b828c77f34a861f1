package io.postern.xds.resources.envoy;

import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginReference.Credentials;
import io.postern.xds.resources.PluginReference.Trust;
import io.postern.xds.resources.PluginSource.Code;
import io.postern.xds.resources.attach.Certificates;
import io.postern.xds.resources.attach.Inventory;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What documents refer to that has to be fetched, and the plugins that come with Postern.
 *
 * <p>Thread-safe: immutable.
 *
 * @param auth the module of the bundled auth plugin
 * @param rateLimit the module of the bundled rate-limit plugin
 */
public record PluginCatalog(byte[] auth, byte[] rateLimit) {
    /** Those of this build. */
    public static PluginCatalog bundled() {
        return new PluginCatalog(read("auth.wasm"), read("rate-limit.wasm"));
    }

    /** Them by their digests. */
    public List<Code> contents() {
        return List.of(
                new Code(Digests.sha256(auth), auth),
                new Code(Digests.sha256(rateLimit), rateLimit));
    }

    private static byte[] read(String name) {
        try (var in = PluginCatalog.class.getResourceAsStream("/io/postern/xds/plugins/" + name)) {
            if (in == null) {
                throw new IllegalStateException("bug: the build has no " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything that has to be fetched for these documents. */
    public static Set<PluginReference> references(Inventory inventory) {
        var all = new LinkedHashSet<PluginReference>();
        for (var plugin : inventory.all("WasmPlugin")) {
            all.add(reference(PluginReference.Kind.PLUGIN, plugin, plugin.spec(), inventory));
        }
        for (var policy : inventory.all("APIPolicy")) {
            if (policy.spec().has("opa")) {
                var bundle = policy.spec().at("opa").at("bundle");
                all.add(reference(PluginReference.Kind.POLICY, policy, bundle, inventory));
            }
        }
        return all;
    }

    /** What {@code source}, a part of {@code document}, refers to. */
    static PluginReference reference(
            PluginReference.Kind kind, Document document, Tree source, Inventory inventory) {
        return new PluginReference(
                kind,
                source.text("url"),
                source.text("sha256"),
                credentials(pullSecret(document, source, inventory)),
                trust(source));
    }

    private static Trust trust(Tree source) {
        var keyless = source.at("keyless");
        var key = source.text("verificationKey");
        if (key.isEmpty() && !keyless.isPresent()) {
            return Trust.NONE;
        }
        return new Trust(
                switch (source.text("signatures")) {
                    case "Off" -> Trust.Policy.OFF;
                    case "Warn" -> Trust.Policy.WARN;
                    default -> Trust.Policy.REQUIRED;
                },
                key,
                keyless.isPresent()
                        ? new Trust.Keyless(
                                keyless.text("identity"),
                                keyless.text("issuer"),
                                keyless.text("trustedRoot"))
                        : null);
    }

    /** The Secret for the registry; null: none is named, or it is not there. */
    static @Nullable Document pullSecret(Document document, Tree source, Inventory inventory) {
        return source.has("pullSecret")
                ? inventory.find("", "Secret", document.namespace(), source.text("pullSecret"))
                : null;
    }

    private static @Nullable Credentials credentials(@Nullable Document secret) {
        if (secret == null) {
            return null;
        }
        return new Credentials(
                member(secret, ".dockerconfigjson"),
                member(secret, "username"),
                member(secret, "password"));
    }

    private static String member(Document secret, String name) {
        var text = Certificates.text(secret, name);
        return text == null ? "" : text;
    }
}
