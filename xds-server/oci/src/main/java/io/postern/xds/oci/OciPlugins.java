package io.postern.xds.oci;

import io.postern.xds.oci.auth.Credential;
import io.postern.xds.oci.auth.CredentialSource;
import io.postern.xds.oci.auth.DockerConfig;
import io.postern.xds.oci.registry.Endpoints;
import io.postern.xds.oci.registry.RegistryClient;
import io.postern.xds.oci.store.ContentStore;
import io.postern.xds.oci.watch.RegistryAsker;
import io.postern.xds.oci.watch.TagWatch;
import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.function.Consumer;

/**
 * Plugins of {@code oci://} references, for the control plane. What was pulled before stays usable:
 * a digest that is in the store is not asked for again, and when a registry does not answer, the
 * version that its tag last stood for is used, and said. Thread-safe; blocks: control threads only.
 *
 * @param http shared by all references
 * @param fallback credentials for references without their own
 * @param warnings gets a line when an older version is used
 */
public record OciPlugins(
        HttpClient http,
        Endpoints endpoints,
        Limits limits,
        CredentialSource fallback,
        ContentStore store,
        Clock clock,
        Consumer<String> warnings)
        implements PluginSource {
    @Override
    public Fetched fetch(PluginReference wanted) {
        try {
            return PluginFetch.of(wanted, this).run();
        } catch (OciException e) {
            return failed(e.failure());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Failed("download", "interrupted", "");
        }
    }

    /** As its document is told. */
    public static Failed failed(OciFailure failure) {
        return new Failed(failure.step().word(), failure.what(), failure.cure());
    }

    /** Asks for tags with the rights that {@code wanted} has. */
    public TagWatch.Asker asker(PluginReference wanted) {
        Reference reference = Reference.parse(wanted.url());
        var client = new RegistryClient(http, credentials(wanted, reference), limits);
        return new RegistryAsker(client, endpoints, limits, System::nanoTime);
    }

    /** Whose rights are used for {@code wanted}. */
    CredentialSource credentials(PluginReference wanted, Reference reference) {
        PluginReference.Credentials told = wanted.credentials();
        if (told == null) {
            return fallback;
        }
        if (!told.dockerConfigJson().isEmpty()) {
            byte[] secret = told.dockerConfigJson().getBytes(StandardCharsets.UTF_8);
            return DockerConfig.pullSecret(secret);
        }
        var basic = new Credential.Basic(told.username(), told.password());
        // only for the registry that the reference names: a mirror is somebody else
        return (registry, _) ->
                registry.equals(reference.registry()) ? basic : new Credential.Anonymous();
    }

    /** Removes from the store what none of {@code used} stands for. */
    public ContentStore.Swept sweep(Collection<PluginReference> used) {
        var names = new HashSet<String>();
        for (PluginReference one : used) {
            if (one.url().startsWith(Reference.SCHEME)) {
                names.add(PluginFetch.name(Reference.parse(one.url()), one));
            }
        }
        return store.sweep(names);
    }
}
