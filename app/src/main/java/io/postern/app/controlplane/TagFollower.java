package io.postern.app.controlplane;

import io.postern.xds.oci.Digest;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.OciFailure;
import io.postern.xds.oci.OciPlugins;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.watch.TagWatch;
import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.server.ControlPlane;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Asks registries what the tags in documents stand for, and tells the management server which have
 * moved. Once in an interval, what could not be used is fetched again, and what nobody refers to is
 * removed. Has a virtual thread.
 */
final class TagFollower implements TagWatch.Listener, TagWatch.Asker {
    /** New documents are noticed so soon. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final OciPlugins registry;
    private final ControlPlane plane;
    private final Duration interval;
    private final Consumer<String> warnings;
    private final TagWatch watch;
    private final Set<Reference> moved = new HashSet<>();
    private final Set<Reference> failing = new HashSet<>();
    private final Map<PluginReference, PluginSource.Failed> failures = new HashMap<>();
    private Map<PluginReference, List<String>> tags = Map.of();
    private Map<Reference, PluginReference> byTag = Map.of();
    private long lastTry = System.nanoTime();

    TagFollower(
            OciPlugins registry, ControlPlane plane, Duration interval, Consumer<String> warnings) {
        this.registry = registry;
        this.plane = plane;
        this.interval = interval;
        this.warnings = warnings;
        this.watch = new TagWatch(this, this, interval, new Random());
    }

    Thread start() {
        return Thread.ofVirtual().name("tags").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                Duration pause = look(System.nanoTime());
                Thread.sleep(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the server stops
        } catch (IOException e) {
            if (!Thread.currentThread().isInterrupted()) {
                warnings.accept("tags are not followed any more: " + e.getMessage());
            }
        }
    }

    private Duration look(long now) throws IOException, InterruptedException {
        tags = plane.tags();
        Map<Reference, PluginReference> next = new HashMap<>();
        tags.keySet().forEach(one -> parsed(one).ifPresent(tag -> next.putIfAbsent(tag, one)));
        byTag = next;
        failing.retainAll(next.keySet());
        watch.follow(next.keySet(), now);
        Duration pause = watch.poll(now);
        Set<PluginReference> again = new HashSet<>();
        boolean tryAgain = now - lastTry >= interval.toNanos();
        tags.forEach((one, digests) -> {
            boolean unusable = digests.isEmpty() && tryAgain;
            // who cannot even say what a tag stands for is not asked for more
            boolean answers = parsed(one).filter(failing::contains).isEmpty();
            if ((unusable && answers) || parsed(one).filter(moved::contains).isPresent()) {
                again.add(one);
            }
        });
        moved.clear();
        if (!failures.isEmpty()) {
            plane.tagsFailed(Map.copyOf(failures));
            failures.clear();
        }
        if (tryAgain) {
            lastTry = now;
            sweep();
        }
        if (!again.isEmpty()) {
            plane.tagsMoved(again);
        }
        return pause;
    }

    // Without any reference the folder may just not be there.
    private void sweep() throws IOException {
        List<PluginReference> used =
                plane.references().stream().filter(one -> parsed(one).isPresent()).toList();
        if (!used.isEmpty()) {
            try {
                registry.sweep(used);
            } catch (OciException e) {
                warnings.accept(e.failure().message());
            }
        }
    }

    private static Optional<Reference> parsed(PluginReference one) {
        try {
            return Optional.of(Reference.parse(one.url()));
        } catch (OciException _) {
            return Optional.empty(); // the document's status says it
        }
    }

    @Override
    public Optional<TagWatch.Answer> ask(Reference tag, String etag) throws InterruptedException {
        PluginReference of = byTag.get(tag);
        if (of == null) {
            throw new IllegalStateException("bug: nobody wants " + tag);
        }
        Optional<TagWatch.Answer> answer = registry.asker(of).ask(tag, etag);
        failing.remove(tag);
        return answer;
    }

    // It may have moved between the pull and now.
    @Override
    public void onFirst(Reference tag, Digest digest) {
        PluginReference of = byTag.get(tag);
        List<String> known = of == null ? List.of() : tags.getOrDefault(of, List.of());
        if (!known.contains(digest.hex())) {
            moved.add(tag);
        }
    }

    @Override
    public void onMoved(Reference tag, Digest from, Digest to) {
        moved.add(tag);
    }

    @Override
    public void onFailed(Reference tag, OciFailure failure, Duration again) {
        failing.add(tag);
        tags.keySet().stream()
                .filter(one -> parsed(one).filter(tag::equals).isPresent())
                .forEach(one -> failures.put(one, OciPlugins.failed(failure)));
        warnings.accept(
                tag + ": " + failure.message() + "; asked again in " + again.toSeconds() + " s");
    }
}
