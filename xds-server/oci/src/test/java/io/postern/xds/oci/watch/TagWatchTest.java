package io.postern.xds.oci.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Limits;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.OciFailure;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.ScriptedRegistry;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.auth.CredentialSource;
import io.postern.xds.oci.registry.Connections;
import io.postern.xds.oci.registry.Endpoints;
import io.postern.xds.oci.registry.RegistryClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tags over hours of a clock that only the test moves. */
class TagWatchTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Reference TAG = Reference.parse("oci://r.example/a:v1");
    private static final Reference OTHER = Reference.parse("oci://r.example/b:v1");
    private static final Digest FIRST = digest("1");
    private static final Digest SECOND = digest("2");

    private final Map<Reference, Digest> registry = new HashMap<>(Map.of(TAG, FIRST, OTHER, FIRST));
    private final List<String> asked = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private final List<Digest> first = new ArrayList<>();
    private long now;

    private static Digest digest(String content) {
        return Digest.of(content.getBytes(StandardCharsets.UTF_8));
    }

    private Optional<TagWatch.Answer> answer(Reference tag, String etag) {
        asked.add(tag.repository() + Duration.ofNanos(now).toSeconds() + etag);
        Digest stands = registry.get(tag);
        if (stands == null) {
            throw new OciException(Step.CONNECT, "gone", "");
        }
        return etag.equals(stands.brief())
                ? Optional.empty()
                : Optional.of(new TagWatch.Answer(stands, stands.brief()));
    }

    private TagWatch watch(long seed) {
        var listener =
                new TagWatch.Listener() {
                    @Override
                    public void onFirst(Reference tag, Digest digest) {
                        first.add(digest);
                    }

                    @Override
                    public void onMoved(Reference tag, Digest from, Digest to) {
                        heard.add(tag.repository() + " " + from.brief() + " " + to.brief());
                    }

                    @Override
                    public void onFailed(Reference tag, OciFailure failure, Duration again) {
                        heard.add(tag.repository() + " fails");
                    }
                };
        return new TagWatch(this::answer, listener, MINUTE, new Random(seed));
    }

    private void run(TagWatch watch, Duration time) throws InterruptedException {
        long end = now + time.toNanos();
        while (now < end) {
            now += Math.max(1, watch.poll(now).toNanos());
        }
    }

    @Test
    void aTagIsAskedAboutOnceInAnIntervalAndToldOnlyWhenItMoves() throws Exception {
        TagWatch watch = watch(1);
        watch.follow(Set.of(TAG), now);
        run(watch, Duration.ofHours(1));
        assertThat(asked).hasSizeBetween(52, 70);
        assertThat(asked.get(1)).as("with the etag").endsWith(FIRST.brief());
        assertThat(heard).isEmpty();
        assertThat(first).containsExactly(FIRST);
        registry.put(TAG, SECOND);
        run(watch, Duration.ofMinutes(2));
        assertThat(heard).containsExactly("a " + FIRST.brief() + " " + SECOND.brief());
    }

    @Test
    void manyTagsAreNotAskedAboutAtOnce() throws Exception {
        TagWatch watch = watch(2);
        watch.follow(Set.of(TAG, OTHER), now);
        run(watch, Duration.ofMinutes(10));
        long together = asked.stream().map(one -> one.replaceFirst("^[ab]", "")).distinct().count();
        assertThat(together).as("seconds with a question").isGreaterThan(asked.size() * 3L / 4);
    }

    @Test
    void aRegistryThatFailsIsAskedLessOftenAndRecoversAtOnce() throws Exception {
        TagWatch watch = watch(3);
        registry.remove(TAG);
        watch.follow(Set.of(TAG), now);
        run(watch, Duration.ofHours(2));
        assertThat(heard).hasSizeBetween(8, 14).allMatch("a fails"::equals);
        registry.put(TAG, SECOND);
        run(watch, Duration.ofMinutes(20));
        asked.clear();
        run(watch, Duration.ofMinutes(10));
        assertThat(asked).hasSizeGreaterThan(7);
    }

    @Test
    void aMoveDuringAFailureIsToldAfterIt() throws Exception {
        TagWatch watch = watch(4);
        watch.follow(Set.of(TAG), now);
        run(watch, Duration.ofMinutes(2));
        registry.remove(TAG);
        run(watch, Duration.ofMinutes(5));
        registry.put(TAG, SECOND);
        run(watch, Duration.ofMinutes(20));
        assertThat(heard).last().isEqualTo("a " + FIRST.brief() + " " + SECOND.brief());
    }

    @Test
    void whatIsPinnedOrNoLongerFollowedIsNotAskedAbout() throws Exception {
        TagWatch watch = watch(5);
        watch.follow(Set.of(TAG, OTHER.at(FIRST)), now);
        run(watch, Duration.ofMinutes(5));
        assertThat(asked).isNotEmpty().allMatch(one -> one.startsWith("a"));
        asked.clear();
        watch.follow(Set.of(), now);
        run(watch, Duration.ofMinutes(5));
        assertThat(asked).isEmpty();
    }

    @Test
    void aRegistryIsAskedWithTheEtagThatItGave() throws Exception {
        try (var server = new ScriptedRegistry();
                var client =
                        new RegistryClient(
                                Connections.client(null),
                                CredentialSource.anonymous(),
                                Limits.ordinary())) {
            byte[] manifest = "{\"layers\":[],\"config\":{}}".getBytes(StandardCharsets.UTF_8);
            server.on(
                    "/v2/a/manifests/v1",
                    exchange -> {
                        if ("\"x\""
                                .equals(exchange.getRequestHeaders().getFirst("if-none-match"))) {
                            exchange.sendResponseHeaders(304, -1);
                            return;
                        }
                        exchange.getResponseHeaders().add("etag", "\"x\"");
                        ScriptedRegistry.send(200, "a/b", manifest).to(exchange);
                    });
            var endpoints = new Endpoints(Map.of(), Set.of(server.host()));
            var asker = new RegistryAsker(client, endpoints, Limits.ordinary(), System::nanoTime);
            Reference tag = Reference.parse("oci://" + server.host() + "/a:v1");
            assertThat(asker.ask(tag, ""))
                    .contains(new TagWatch.Answer(Digest.of(manifest), "\"x\""));
            assertThat(asker.ask(tag, "\"x\"")).isEmpty();
        }
    }
}
