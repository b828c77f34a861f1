package io.postern.xds.resources.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.resources.envoy.Digests;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Function;

/** Plugins on web servers. */
public final class HttpsPlugins implements PluginSource {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient client;
    private final Function<URI, HttpRequest.Builder> requests;

    /**
     * @param client with the trust and proxies of this process
     * @param requests begins a request, with what proxies want to see
     */
    public HttpsPlugins(HttpClient client, Function<URI, HttpRequest.Builder> requests) {
        this.client = client;
        this.requests = requests;
    }

    @Override
    public Fetched fetch(PluginReference reference) {
        if (reference.trust().policy() == PluginReference.Trust.Policy.REQUIRED) {
            return new Failed(
                    "signature",
                    "a download has no signature",
                    "push the plugin to a registry, or pin it with sha256");
        }
        try {
            var request = requests.apply(URI.create(reference.url())).timeout(TIMEOUT);
            var credentials = reference.credentials();
            if (credentials != null && !credentials.username().isEmpty()) {
                var pair = credentials.username() + ":" + credentials.password();
                request.header(
                        "authorization",
                        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
            }
            var response = client.send(request.build(), BodyHandlers.ofInputStream());
            try (var body = response.body()) {
                if (response.statusCode() != 200) {
                    return new Failed(
                            "download", reference.url() + " answered " + response.statusCode(), "");
                }
                var bytes = body.readNBytes((int) FilePlugins.MAX_BYTES + 1);
                return bytes.length > FilePlugins.MAX_BYTES
                        ? new Failed("download", "larger than " + FilePlugins.MAX_BYTES, "")
                        : new Code(Digests.sha256(bytes), bytes);
            }
        } catch (IllegalArgumentException e) {
            return new Failed("resolve", "no URL: " + e.getMessage(), "");
        } catch (IOException e) {
            return new Failed("download", reference.url() + ": " + e, "");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Failed("download", "interrupted", "");
        }
    }
}
