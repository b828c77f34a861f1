package io.postern.xds.server.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.resources.PluginSource.Code;
import io.postern.xds.resources.PluginSource.Failed;
import io.postern.xds.resources.PluginSource.Fetched;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Plugins that come late, and what does not wait for them. */
@Timeout(30)
class FetchesTest {
    private static final PluginReference QUICK = reference("quick");
    private static final PluginReference SLOW = reference("slow");
    private static final Code MODULE = new Code("00", new byte[0]);

    private final CountDownLatch answered = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();

    private static PluginReference reference(String name) {
        return new PluginReference(
                PluginReference.Kind.PLUGIN,
                "oci://registry.example/" + name + ":1",
                "",
                null,
                PluginReference.Trust.NONE);
    }

    private Fetched fetch(PluginReference reference) {
        asked.incrementAndGet();
        if (reference.equals(SLOW)) {
            try {
                answered.await();
            } catch (InterruptedException _) {
                interrupted.countDown();
            }
        }
        return MODULE;
    }

    private Fetches fetches(PluginSource source) {
        return new Fetches(source, Duration.ofSeconds(1), arrived::countDown);
    }

    @Test
    void oneThatHangsDoesNotKeepAnother() {
        // When
        Map<PluginReference, Fetched> all = fetches(this::fetch).fetch(Set.of(QUICK, SLOW));
        // Then
        assertThat(all.get(QUICK)).isEqualTo(MODULE);
        assertThat(all.get(SLOW)).isInstanceOf(Failed.class);
    }

    @Test
    void oneThatComesLateIsToldAndFetchedOnce() throws InterruptedException {
        // Given
        var fetches = fetches(this::fetch);
        var _ = fetches.fetch(Set.of(SLOW));
        // When
        Fetched still = fetches.fetch(Set.of(SLOW)).get(SLOW);
        answered.countDown();
        // Then
        assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(fetches.hasArrived(SLOW)).isTrue();
        assertThat(fetches.fetch(Set.of(SLOW))).containsEntry(SLOW, MODULE);
        assertThat(still).isInstanceOf(Failed.class);
        assertThat(asked).hasValue(1);
        assertThat(fetches.hasArrived(SLOW)).isFalse();
    }

    @Test
    void oneThatNobodyRefersToIsCalledOff() throws InterruptedException {
        // Given
        var fetches = fetches(this::fetch);
        var _ = fetches.fetch(Set.of(SLOW));
        // When
        fetches.retain(Set.of(QUICK));
        // Then
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(arrived.getCount()).isOne();
    }

    @Test
    void aBugOfASourceIsAFailure() {
        // When
        Map<PluginReference, Fetched> all =
                fetches(
                                _ -> {
                                    throw new IllegalStateException("no such thing");
                                })
                        .fetch(Set.of(QUICK));
        // Then
        assertThat(all.get(QUICK))
                .isEqualTo(
                        new Failed(
                                "download",
                                "bug: java.lang.IllegalStateException: no such thing",
                                ""));
    }
}
