package io.postern.app.controlplane;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that ask without a pause from the first answer on, and look at every answer: the version
 * that saw the request has to be the one that saw the response. Thread-safe.
 */
final class Load implements AutoCloseable {
    private static final int CLIENTS = 4;
    private static final int MOST_FAULTS = 20;

    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpRequest request;
    private final Map<String, AtomicLong> byVersion = new ConcurrentHashMap<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean serving;
    private volatile boolean closed;

    Load(int port) {
        request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                        .timeout(Duration.ofSeconds(20))
                        .build();
        for (int i = 0; i < CLIENTS; i++) {
            threads.add(Thread.ofVirtual().start(this::run));
        }
    }

    private void run() {
        while (!closed) {
            boolean counts = serving; // not what was refused before the first answer came
            try {
                look(client.send(request, BodyHandlers.ofString()), counts);
            } catch (IOException e) {
                if (counts) {
                    fault(e.toString());
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void look(HttpResponse<String> response, boolean counts) {
        List<String> versions = response.headers().allValues("x-version");
        if (response.statusCode() == 200 && !versions.isEmpty()) {
            serving = true;
        }
        versions.forEach(version ->
                byVersion.computeIfAbsent(version, _ -> new AtomicLong()).incrementAndGet());
        boolean one = versions.size() == 1 && response.body().equals(versions.toString());
        if (counts && (response.statusCode() != 200 || !one)) {
            fault(response.statusCode() + " " + versions + " " + response.body());
        }
    }

    private void fault(String text) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(text);
        }
    }

    /** How many answers this version has had a part in. */
    long seen(String version) {
        AtomicLong count = byVersion.get(version);
        return count == null ? 0 : count.get();
    }

    long answers() {
        return byVersion.values().stream().mapToLong(AtomicLong::get).sum();
    }

    /** What was lost, or met two versions. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    /** No client asks any more; every answer has come. */
    void stop() {
        closed = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
        client.close();
    }
}
