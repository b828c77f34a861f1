package io.postern.xds.oci.watch;

import io.postern.xds.oci.Digest;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.OciFailure;
import io.postern.xds.oci.Reference;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks again and again what tags stand for, and tells when one has moved. References with a digest
 * are not asked for: they cannot move. Times are spread, so that many tags, and many gateways, do
 * not ask at once; a registry that fails is asked less and less often.
 *
 * <p>It has no thread and no clock of its own: whoever calls {@link #poll} says what time it is and
 * hears when to come again. Confined to one control thread; {@link Asker} blocks it.
 */
public final class TagWatch {
    /** An eighth to either side. */
    private static final double SPREAD = 0.25;

    private static final int MOST_DOUBLINGS = 4;

    /** Asks a registry. */
    @FunctionalInterface
    public interface Asker {
        /**
         * What the tag stands for.
         *
         * @param etag of the last answer; empty: none
         * @return nothing when it still has that etag
         * @throws OciException when it cannot be told
         */
        Optional<Answer> ask(Reference tag, String etag) throws InterruptedException;
    }

    /**
     * What a registry said.
     *
     * @param etag empty: it told none
     */
    public record Answer(Digest digest, String etag) {}

    /** Hears what happens. Called on the polling thread. */
    public interface Listener {
        /** What it stands for when it is asked for the first time. */
        void onFirst(Reference tag, Digest digest);

        /** The tag stands for something else than before. */
        void onMoved(Reference tag, Digest from, Digest to);

        /** It could not be asked; it is asked again later. */
        void onFailed(Reference tag, OciFailure failure, Duration again);
    }

    /** What is known of a tag; {@code due} in nanoseconds of the caller's clock. */
    private record Watched(@Nullable Digest digest, String etag, int failures, long due) {}

    private final Asker asker;
    private final Listener listener;
    private final Duration interval;
    private final RandomGenerator random;
    private final Map<Reference, Watched> watched = new HashMap<>();

    public TagWatch(Asker asker, Listener listener, Duration interval, RandomGenerator random) {
        this.asker = asker;
        this.listener = listener;
        this.interval = interval;
        this.random = random;
    }

    /**
     * Watches these from now on, and no others. What a tag stands for when it is first asked is no
     * move.
     */
    public void follow(Set<Reference> tags, long now) {
        watched.keySet().retainAll(tags);
        for (Reference tag : tags) {
            if (tag.digest() == null) {
                long first = now + (long) (interval.toNanos() * random.nextDouble());
                watched.putIfAbsent(tag, new Watched(null, "", 0, first));
            }
        }
    }

    /** Asks for what is due; the result is how long nothing will be. */
    public Duration poll(long now) throws InterruptedException {
        for (Map.Entry<Reference, Watched> one : watched.entrySet()) {
            if (one.getValue().due() - now <= 0) {
                one.setValue(asked(one.getKey(), one.getValue(), now));
            }
        }
        long next = interval.toNanos();
        for (Watched one : watched.values()) {
            next = Math.min(next, one.due() - now);
        }
        return Duration.ofNanos(Math.max(0, next));
    }

    private Watched asked(Reference tag, Watched before, long now) throws InterruptedException {
        try {
            Optional<Answer> answer = asker.ask(tag, before.etag());
            long due = now + spread(interval).toNanos();
            if (answer.isEmpty()) {
                return new Watched(before.digest(), before.etag(), 0, due);
            }
            Digest digest = answer.get().digest();
            if (before.digest() == null) {
                listener.onFirst(tag, digest);
            } else if (!before.digest().equals(digest)) {
                listener.onMoved(tag, before.digest(), digest);
            }
            return new Watched(digest, answer.get().etag(), 0, due);
        } catch (OciException e) {
            int failures = Math.min(before.failures() + 1, MOST_DOUBLINGS);
            Duration again = spread(interval.multipliedBy(1L << failures));
            listener.onFailed(tag, e.failure(), again);
            return new Watched(before.digest(), before.etag(), failures, now + again.toNanos());
        }
    }

    private Duration spread(Duration about) {
        double factor = 1 - SPREAD / 2 + SPREAD * random.nextDouble();
        return Duration.ofNanos((long) (about.toNanos() * factor));
    }
}
