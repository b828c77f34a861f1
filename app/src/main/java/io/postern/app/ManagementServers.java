package io.postern.app;

import io.postern.config.model.ConfigSource.Metadata;
import io.postern.config.model.ConfigSource.Target;
import io.postern.config.source.xds.DiscoveryTransport;
import io.postern.core.grpc.GrpcStream;
import io.postern.core.runtime.WorkerLoop;
import io.postern.sdk.Body;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.Worker.CallListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The way to management servers: the gateway's own clusters, so that their endpoints, TLS and
 * HTTP/2 options, counters and circuit breakers hold for them as for any upstream. Thread-safe.
 */
final class ManagementServers implements DiscoveryTransport {
    private static final HeaderName STATUS = HeaderName.of(":status");
    private final WorkerLoop worker;

    ManagementServers(WorkerLoop worker) {
        this.worker = worker;
    }

    @Override
    public Stream open(Target target, String path, StreamListener listener) {
        List<String> metadata = new ArrayList<>();
        for (Metadata header : target.metadata()) {
            metadata.add(header.name());
            metadata.add(header.value());
        }
        GrpcStream stream =
                GrpcStream.open(
                        worker,
                        target.cluster(),
                        target.authority(),
                        path,
                        metadata,
                        new GrpcStream.Listener() {
                            @Override
                            public void onOpen() {
                                listener.onOpen();
                            }

                            @Override
                            public void onMessage(byte[] message) {
                                listener.onMessage(message);
                            }

                            @Override
                            public void onEnd(String reason) {
                                listener.onEnd(target.cluster() + ": " + reason);
                            }
                        });
        return new Stream() {
            @Override
            public void send(byte[] message) {
                stream.send(message);
            }

            @Override
            public void close() {
                stream.close();
            }
        };
    }

    @Override
    public void fetch(
            Target target, String path, byte[] body, Duration timeout, FetchListener listener) {
        var head =
                HeaderMap.of(
                        ":method", "POST",
                        ":scheme", "http",
                        ":authority", target.authority(),
                        ":path", path,
                        "content-type", "application/json");
        worker.execute(() -> {
            var call =
                    worker.call(
                            target.cluster(),
                            head,
                            body,
                            new HeaderMap(16),
                            timeout.toNanos(),
                            answer(listener));
            if (call == null) {
                listener.onFailure("no such cluster: " + target.cluster());
            }
        });
    }

    private static CallListener answer(FetchListener listener) {
        return new CallListener() {
            @Override
            public void onComplete(HeaderMap headers, Body body, HeaderMap trailers) {
                String status = headers.get(STATUS);
                if (status == null) {
                    listener.onFailure("the answer broke off or is too long (at most 16 MiB)");
                    return;
                }
                var octets = new byte[body.length()];
                body.copyTo(0, octets, 0, octets.length);
                listener.onAnswer(Integer.parseInt(status), octets);
            }
        };
    }
}
