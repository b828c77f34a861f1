package io.postern.core.upstream;

import static io.postern.core.upstream.TestClusters.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.postern.config.model.Address;
import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.DnsFamily;
import io.postern.config.model.Cluster.DnsLookups;
import io.postern.config.model.Cluster.NameCache;
import io.postern.core.upstream.AskedNames.Answer;
import io.postern.core.upstream.dns.DnsAnswer;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AskedNamesTest {
    private final EmbeddedChannel time = new EmbeddedChannel();
    private final Map<String, DnsAnswer> zone = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final List<Consumer<DnsAnswer>> unanswered = new ArrayList<>();
    private final List<List<String>> told = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private AskedHosts hosts = start(2);
    private AskedNames names = names();
    private long now;

    private AskedHosts start(int most) {
        Cluster config = cluster().build();
        var made =
                new AskedHosts(
                        new HostBook(config, UpstreamChannels.NIO, 1),
                        most,
                        Duration.ofSeconds(60),
                        time.eventLoop(),
                        () -> now);
        time.freezeTime();
        made.start(list -> told.add(list.stream().map(HostSpec::key).sorted().toList()));
        time.runPendingTasks();
        return made;
    }

    private AskedNames names() {
        var cache =
                new NameCache(
                        DnsLookups.every(Duration.ofSeconds(30), true, DnsFamily.V4_ONLY),
                        Duration.ofSeconds(60),
                        2,
                        10,
                        Duration.ofSeconds(5),
                        List.of(new Address.Socket("early.test", 80)));
        return new AskedNames(
                cache,
                hosts,
                (name, _, listener) -> {
                    asked.add(name);
                    DnsAnswer answer = zone.get(name);
                    if (answer == null) {
                        unanswered.add(listener);
                    } else {
                        listener.accept(answer);
                    }
                },
                time.eventLoop());
    }

    private void passes(int seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
        time.advanceTimeBy(seconds, TimeUnit.SECONDS);
        time.runScheduledPendingTasks();
        time.runPendingTasks();
    }

    private static DnsAnswer found(String address, int ttlSeconds) {
        return new DnsAnswer.Found(
                List.of(InetAddress.ofLiteral(address)), Duration.ofSeconds(ttlSeconds));
    }

    @Test
    void aNameIsAHostOnceItIsFound() {
        // Given
        zone.put("a.test", found("127.0.0.1", 0));
        // When
        names.ask("a.test", 80, answers::add);
        passes(0);
        // Then
        assertThat(answers).singleElement().isInstanceOf(Answer.Found.class);
        assertThat(told.getLast()).containsExactly("a.test:80");
        assertThat(hosts.find("a.test:80")).isNotNull();
    }

    @Test
    void configuredNamesAreLookedUpAtOnce() {
        // When
        names.start();
        // Then
        assertThat(asked).containsExactly("early.test");
    }

    @Test
    void oneLookupIsEnoughForAllThatWait() {
        // When
        names.ask("slow.test", 80, answers::add);
        names.ask("slow.test", 80, answers::add);
        unanswered.getFirst().accept(found("127.0.0.1", 0));
        // Then
        assertThat(asked).containsExactly("slow.test");
        assertThat(answers).hasSize(2).allMatch(answer -> answer instanceof Answer.Found);
    }

    @Test
    void whoeverWaitsTooLongIsToldSo() {
        // When
        names.ask("slow.test", 80, answers::add);
        passes(5);
        // Then
        assertThat(answers).containsExactly(new Answer.Failed("timeout"));
    }

    @Test
    void aNameThatFailedIsAskedForAgain() {
        // Given
        zone.put("a.test", new DnsAnswer.Failed("refused"));
        names.ask("a.test", 80, answers::add);
        zone.put("a.test", found("127.0.0.1", 0));
        // When
        names.ask("a.test", 80, answers::add);
        // Then
        assertThat(answers.getFirst()).isEqualTo(new Answer.Failed("refused"));
        assertThat(answers.getLast()).isInstanceOf(Answer.Found.class);
    }

    @Test
    void thereAreNeverMoreNamesThanAllowed() {
        // Given
        for (String name : List.of("a.test", "b.test", "c.test")) {
            zone.put(name, found("127.0.0.1", 0));
            names.ask(name, 80, answers::add);
        }
        // Then
        assertThat(answers.getLast()).isInstanceOf(Answer.Overflow.class);
        passes(0);
        assertThat(told.getLast()).containsExactly("a.test:80", "b.test:80");
    }

    @Test
    void aNameIsLookedUpAgainByItsTtlAndKeepsItsLastAddress() {
        // Given
        zone.put("a.test", found("127.0.0.1", 10));
        names.ask("a.test", 80, answers::add);
        // When: another address, then nobody answers usefully
        zone.put("a.test", found("127.0.0.2", 10));
        passes(10);
        hosts.find("a.test:80");
        zone.put("a.test", new DnsAnswer.Failed("refused"));
        passes(30);
        // Then
        assertThat(asked).hasSize(3);
        assertThat(hosts.find("a.test:80"))
                .isNotNull()
                .extracting(host -> AddressText.of(host.address()))
                .isEqualTo("127.0.0.2:80");
    }

    @Test
    void aNameNobodyAsksForIsForgotten() {
        // Given
        zone.put("a.test", found("127.0.0.1", 0));
        names.ask("a.test", 80, answers::add);
        // When
        passes(60);
        passes(60);
        int lookups = asked.size();
        passes(300);
        // Then
        assertThat(told.getLast()).isEmpty();
        assertThat(asked).as("no more lookups").hasSize(lookups);
    }
}
