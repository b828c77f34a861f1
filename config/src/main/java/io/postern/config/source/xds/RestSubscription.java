package io.postern.config.source.xds;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ConfigSource.Target;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.JsonReader;
import io.postern.config.source.xds.DiscoveryTransport.FetchListener;
import java.time.Duration;
import java.util.List;

/**
 * A management server that is asked again and again, with Envoy's jitter between the questions.
 *
 * <p>Source: {@code ApiConfigSource} of type REST. Control thread.
 */
final class RestSubscription implements Subscription {
    private static final Duration DEFAULT_DELAY = Duration.ofSeconds(1);
    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;
    private static final int MOST_SAID_BYTES = 200;

    private final ConfigSource.Server source;
    private final ResourceType type;
    private final XdsParts parts;
    private Wanted wanted = Wanted.NOTHING;
    private String version = "";
    private Runnable next = () -> {};
    private int round;
    private int attempts;
    private boolean closed;

    RestSubscription(ConfigSource.Server source, ResourceType type, XdsParts parts) {
        this.source = source;
        this.type = type;
        this.parts = parts;
    }

    @Override
    public void want(ResourceType ofType, Wanted now) {
        if (!now.equals(wanted)) {
            wanted = now;
            version = "";
            round++; // what is on its way answers another question
            next.run();
            parts.control().execute(this::ask);
        }
    }

    @Override
    public boolean wantsAnything() {
        return !wanted.isNothing();
    }

    private void ask() {
        if (closed || !wantsAnything()) {
            return;
        }
        next.run();
        int mine = ++round;
        var request =
                DiscoveryRequest.newBuilder()
                        .setNode(parts.identity().node())
                        .setVersionInfo(version)
                        .setTypeUrl(type.typeUrl());
        wanted.ordered().forEach(request::addResourceNames);
        Target target = source.targets().get(attempts++ % source.targets().size());
        parts.transport()
                .fetch(
                        target,
                        type.restPath(),
                        json(request),
                        source.requestTimeout(),
                        new FetchListener() {
                            @Override
                            public void onAnswer(int status, byte[] body) {
                                parts.control().execute(() -> answered(mine, status, body));
                            }

                            @Override
                            public void onFailure(String reason) {
                                parts.control().execute(() -> failed(mine, reason));
                            }
                        });
    }

    private static byte[] json(DiscoveryRequest.Builder request) {
        try {
            return JsonFormat.printer()
                    .omittingInsignificantWhitespace()
                    .print(request)
                    .getBytes(UTF_8);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("bug: a request that is no JSON", e);
        }
    }

    private void answered(int which, int status, byte[] body) {
        if (which != round || closed) {
            return;
        }
        if (status == OK) {
            take(new String(body, UTF_8));
        } else if (status != NOT_MODIFIED) {
            parts.sink().onFailure(source, type, "the server answered " + status + said(body));
        }
        askLater();
    }

    /** The beginning of an error's text, in one line. */
    private static String said(byte[] body) {
        var text = new String(body, 0, Math.min(body.length, MOST_SAID_BYTES), UTF_8);
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.isEmpty() ? "" : ": " + line;
    }

    private void take(String body) {
        var diagnostics = new Diagnostics();
        var tree = JsonReader.read(type.restPath(), body, diagnostics);
        var text = ResponseText.read(tree, type, diagnostics);
        Update update = text.update();
        if (update == null) {
            parts.sink().onFailure(source, type, ErrorText.of(text.errors()));
            return;
        }
        if (!update.version().isEmpty() && update.version().equals(version)) {
            return;
        }
        int asked = round;
        List<String> errors = parts.sink().onUpdate(source, type, update);
        if (errors.isEmpty()) {
            // Unless the update itself has changed the question.
            version = round == asked ? update.version() : "";
        } else {
            parts.sink().onFailure(source, type, ErrorText.of(errors));
        }
    }

    private void failed(int which, String reason) {
        if (which == round && !closed) {
            parts.sink().onFailure(source, type, reason);
            askLater();
        }
    }

    private void askLater() {
        Duration delay = source.refreshDelay().isZero() ? DEFAULT_DELAY : source.refreshDelay();
        long jitter = parts.random().nextLong(delay.toMillis() / 10 + 1);
        next = parts.control().schedule(delay.plusMillis(jitter), this::ask);
    }

    @Override
    public void close() {
        closed = true;
        next.run();
    }
}
