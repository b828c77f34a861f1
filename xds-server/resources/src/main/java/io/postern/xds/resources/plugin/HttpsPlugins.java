package io.postern.xds.resources.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.resources.envoy.Digests;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Plugins on web servers. Thread-safe; blocks: control threads only. */
public final class HttpsPlugins implements PluginSource {
    /** For the whole of a download: 256 MiB at 4.3 MiB/s, a plugin of 1 MiB at 17 KiB/s. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client;
    private final Function<URI, HttpRequest.Builder> requests;
    private final long mostBytes;
    private final Duration patience;

    /**
     * @param client with the trust and proxies of this process
     * @param requests begins a request, with what proxies want to see
     * @param patience for a download, from the connection to its last octet
     */
    public HttpsPlugins(
            HttpClient client,
            Function<URI, HttpRequest.Builder> requests,
            long mostBytes,
            Duration patience) {
        this.client = client;
        this.requests = requests;
        this.mostBytes = mostBytes;
        this.patience = patience;
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
            return answered(reference);
        } catch (IllegalArgumentException e) {
            return new Failed("resolve", "no URL: " + e.getMessage(), "");
        } catch (IOException e) {
            return failed(
                    reference,
                    "cannot be had: " + e,
                    "check name, network and certificates; a plugin has at most "
                            + mostBytes
                            + " bytes");
        } catch (TimeoutException _) {
            return failed(
                    reference,
                    "was not all there after " + patience.toSeconds() + " s",
                    "is the server slow, or does something in between hold it up?");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Failed("download", "interrupted", "");
        }
    }

    private Fetched answered(PluginReference reference)
            throws IOException, InterruptedException, TimeoutException {
        CompletableFuture<HttpResponse<byte[]>> coming =
                client.sendAsync(
                        request(reference),
                        BodyHandlers.limiting(BodyHandlers.ofByteArray(), mostBytes));
        HttpResponse<byte[]> response;
        try {
            // a time-out of the request ends with the head
            response = coming.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } finally {
            coming.cancel(true); // nothing comes any more, where it has not come
        }
        int status = response.statusCode();
        byte[] bytes = response.body();
        if (status != 200) {
            return failed(reference, "answered " + status, cure(status));
        }
        return new Code(Digests.sha256(bytes), bytes);
    }

    private HttpRequest request(PluginReference reference) {
        var request = requests.apply(URI.create(reference.url()));
        var credentials = reference.credentials();
        if (credentials != null && !credentials.username().isEmpty()) {
            var pair = credentials.username() + ":" + credentials.password();
            request.header(
                    "authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
        }
        return request.build();
    }

    private static Failed failed(PluginReference reference, String what, String cure) {
        return new Failed("download", reference.url() + " " + what, cure);
    }

    private static String cure(int status) {
        return switch (status / 100) {
            case 3 -> "name where it leads: redirects are not followed";
            case 4 -> "check the URL and who may have it";
            default -> "";
        };
    }
}
