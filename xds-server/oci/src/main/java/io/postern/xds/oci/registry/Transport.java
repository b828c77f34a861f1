package io.postern.xds.oci.registry;

import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends requests, follows redirects, tries again what may pass. Redirects are followed here and not
 * by the client, because credentials must not go to another host, nor anything from TLS to plain
 * HTTP. Thread-safe; blocks: control threads only.
 */
final class Transport implements AutoCloseable {
    private static final int MOST_REDIRECTS = 5;
    private static final int TRIES = 3;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int MOST_ERROR_BYTES = 1 << 14;
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final String AUTHORIZATION = "authorization";

    private final HttpClient client;
    private final RegistryClient.Pause pause;

    Transport(HttpClient client, RegistryClient.Pause pause) {
        this.client = client;
        this.pause = pause;
    }

    /**
     * Sends it, again after a failure that may pass: nothing is sent again that changes anything.
     */
    Call.Answer send(Call call, Deadline deadline) throws InterruptedException {
        boolean repeatable = call.method().equals("GET") || call.method().equals("HEAD");
        for (int tried = 1; ; tried++) {
            boolean last = !repeatable || tried == TRIES;
            try {
                Call.Answer answer = follow(call, deadline);
                boolean passing = answer.status() >= 500 || answer.status() == TOO_MANY_REQUESTS;
                if (!passing || last) {
                    return answer;
                }
            } catch (OciException e) {
                if (last || e.failure().step() != Step.CONNECT || deadline.left().isZero()) {
                    throw e;
                }
            }
            pause.last(deadline.left(Duration.ofMillis(FIRST_PAUSE_MILLIS << (2 * tried - 2))));
        }
    }

    private Call.Answer follow(Call call, Deadline deadline) throws InterruptedException {
        Call next = call;
        for (int hops = 0; hops <= MOST_REDIRECTS; hops++) {
            Call.Answer answer = once(next, deadline);
            String location = answer.header("location");
            boolean redirect = answer.status() / 100 == 3 && !location.isEmpty();
            if (!redirect || answer.status() == 304) {
                return answer;
            }
            next = redirected(next, location);
        }
        throw new OciException(
                Step.CONNECT,
                call.uri().getHost() + " redirects more than " + MOST_REDIRECTS + " times",
                "correct the registry or what is in front of it");
    }

    private static Call redirected(Call call, String location) {
        URI from = call.uri();
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw redirectRefused(from, location, "it is no URL");
        }
        String scheme = to.getScheme() == null ? "" : to.getScheme().toLowerCase(Locale.ROOT);
        boolean sameScheme = scheme.equals(from.getScheme());
        if (to.getHost() == null || (!sameScheme && !scheme.equals("https"))) {
            throw redirectRefused(from, location, "from TLS only to TLS");
        }
        checkTarget(to);
        Map<String, String> headers = new LinkedHashMap<>(call.headers());
        if (!sameOrigin(from, to)) {
            headers.remove(AUTHORIZATION);
        }
        return call.to(to, headers);
    }

    static boolean sameOrigin(URI one, URI other) {
        return Objects.equals(one.getScheme(), other.getScheme())
                && Objects.equals(one.getHost(), other.getHost())
                && one.getPort() == other.getPort();
    }

    private static OciException redirectRefused(URI from, String location, String why) {
        return new OciException(
                Step.CONNECT,
                from.getHost() + " redirects to '" + Text.shown(location) + "': " + why,
                "correct the registry or what is in front of it");
    }

    /** Link-local addresses are those of a cloud's metadata service: no registry's business. */
    static void checkTarget(URI uri) {
        String host = uri.getHost();
        boolean literal = host.startsWith("[") || host.matches("[0-9.]+");
        try {
            if (host.equals("metadata.google.internal")
                    || (literal && InetAddress.getByName(host).isLinkLocalAddress())) {
                throw new OciException(
                        Step.CONNECT,
                        "the registry sends us to " + host + ", a link-local address",
                        "correct the registry, or do not use it");
            }
        } catch (java.net.UnknownHostException _) {
            // it is refused when it is connected to
        }
    }

    private Call.Answer once(Call call, Deadline deadline) throws InterruptedException {
        OutputStream good = call.to().get();
        var other = new ByteArrayOutputStream();
        var handler =
                (HttpResponse.BodyHandler<Long>)
                        info ->
                                info.statusCode() / 100 == 2
                                        ? new BodySink(good, call.most(), false)
                                        : new BodySink(other, MOST_ERROR_BYTES, true);
        try (good) {
            HttpResponse<Long> response = await(call, handler, deadline);
            return new Call.Answer(
                    response.statusCode(),
                    response.headers(),
                    response.statusCode() / 100 == 2 ? response.body() : 0,
                    other.toByteArray(),
                    good,
                    call.uri());
        } catch (IOException e) {
            throw Failures.of(call.uri(), e);
        }
    }

    private HttpResponse<Long> await(
            Call call, HttpResponse.BodyHandler<Long> handler, Deadline deadline)
            throws IOException, InterruptedException {
        Duration patience = deadline.left(call.patience());
        CompletableFuture<HttpResponse<Long>> future = client.sendAsync(request(call), handler);
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw Failures.late(call.uri(), patience, e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failed
                    ? failed
                    : new IOException(e.getCause());
        } finally {
            future.cancel(true);
        }
    }

    private HttpRequest request(Call call) {
        HttpRequest.BodyPublisher body =
                call.body() == null ? HttpRequest.BodyPublishers.noBody() : call.body().get();
        HttpRequest.Builder request =
                client.proxy().orElse(null) instanceof EnvironmentProxies proxies
                        ? proxies.request(call.uri())
                        : HttpRequest.newBuilder(call.uri());
        request.method(call.method(), body);
        call.headers().forEach(request::header);
        return request.build();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
