package io.postern.filters.wasm.remote;

import io.postern.config.model.RemoteDataSource;
import io.postern.sdk.Body;
import io.postern.sdk.ClientStream;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import io.postern.sdk.Worker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One try to fetch code through its cluster. Started and awaited on a control thread; what arrives
 * comes on the worker's loop.
 */
final class CodeDownload implements ClientStream.Listener {
    private static final int MAXIMUM_BYTES = 128 * 1024 * 1024;
    private static final int OK = 200;

    private final CompletableFuture<byte[]> done = new CompletableFuture<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final RemoteDataSource remote;
    private @Nullable ClientStream stream;

    private CodeDownload(RemoteDataSource remote) {
        this.remote = remote;
    }

    /**
     * Fetches the code and checks its digest.
     *
     * @throws IOException saying what went wrong
     */
    static byte[] fetch(RemoteDataSource remote, Worker worker)
            throws IOException, InterruptedException {
        var download = new CodeDownload(remote);
        worker.execute(() -> download.start(worker));
        byte[] bytes;
        try {
            bytes = download.done.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(remote.uri() + ": " + cause.getMessage(), e);
        }
        return checked(remote, bytes);
    }

    /**
     * Fetches the code from the host of its URI, without a worker; for what fills the cache.
     *
     * @throws IOException saying what went wrong
     */
    static byte[] fetchDirectly(RemoteDataSource remote) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create(remote.uri()))
                            .timeout(remote.timeout())
                            .build();
            var response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (var body = response.body()) {
                if (response.statusCode() != OK) {
                    throw new IOException(remote.uri() + ": status " + response.statusCode());
                }
                return checked(remote, body.readNBytes(MAXIMUM_BYTES));
            }
        }
    }

    private static byte[] checked(RemoteDataSource remote, byte[] bytes) throws IOException {
        String digest = CodeStore.digest(bytes);
        if (!digest.equals(remote.sha256())) {
            throw new IOException(
                    remote.uri() + ": sha256 " + digest + " (expected: " + remote.sha256() + ")");
        }
        return bytes;
    }

    private void start(Worker worker) {
        URI uri = URI.create(remote.uri());
        String path =
                uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        var head = new HeaderMap();
        head.add(HeaderName.METHOD, "GET");
        head.add(HeaderName.SCHEME, uri.getScheme() == null ? "http" : uri.getScheme());
        head.add(HeaderName.PATH, path + query);
        head.add(
                HeaderName.AUTHORITY,
                uri.getRawAuthority() == null ? remote.cluster() : uri.getRawAuthority());
        stream = worker.openStream(remote.cluster(), head, remote.timeout().toNanos(), this);
        if (stream == null) {
            fail("no cluster is named " + remote.cluster());
        } else {
            stream.send(new byte[0], true);
        }
    }

    private void fail(String why) {
        if (stream != null) {
            stream.reset();
        }
        done.completeExceptionally(new IOException(why));
    }

    @Override
    public void onHeaders(HeaderMap headers, boolean endOfStream) {
        String status = headers.get(HeaderName.STATUS);
        if (!"200".equals(status)) {
            fail("status " + status);
        } else if (endOfStream) {
            fail("an empty response");
        }
    }

    @Override
    public void onData(Body bytes, boolean endOfStream) {
        if (received.size() + bytes.length() > MAXIMUM_BYTES) {
            fail("more than " + MAXIMUM_BYTES + " bytes");
            return;
        }
        var chunk = new byte[bytes.length()];
        bytes.copyTo(0, chunk, 0, chunk.length);
        received.writeBytes(chunk);
        if (endOfStream) {
            done.complete(received.toByteArray());
        }
    }

    @Override
    public void onTrailers(HeaderMap trailers) {
        done.complete(received.toByteArray());
    }

    @Override
    public void onFailure(LocalReply reply) {
        String text = new String(reply.body(), StandardCharsets.UTF_8);
        done.completeExceptionally(new IOException(text));
    }

    @Override
    public void onReset() {
        done.completeExceptionally(new IOException("the response broke off"));
    }
}
