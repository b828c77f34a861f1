package io.postern.xds.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.ResourceType;
import io.postern.xds.server.content.Snapshot;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubscribersTest {
    private final ResponseCache cache = new ResponseCache();
    private final Subscribers<String> subscribers = new Subscribers<>();

    private Session ask(Session stream, String who, ResourceType type, String... names) {
        var ask = new Ask(type.typeUrl(), null, "", null, "", List.of(names), List.of(), Map.of());
        subscribers.update(who, stream, stream.onAsk(ask));
        return stream;
    }

    private Session ask(String who, ResourceType type, String... names) {
        return ask(new Session(Variant.DELTA, cache, Snapshot.empty()), who, type, names);
    }

    @ParameterizedTest
    @CsvSource({
        "ROUTES, one, a b",
        "ROUTES, two, b",
        "ROUTES, three, ''",
        "ROUTES, one two, a b",
        "CLUSTER, one, all c",
        "CLUSTER, x, all",
        "VIRTUAL_HOST, table/x, v w",
        "VIRTUAL_HOST, table/y, v",
        "LISTENER, one, ''",
    })
    void findsThoseWhoAskForWhatChanged(ResourceType type, String changed, String expected) {
        // Given
        ask("a", ResourceType.ROUTES, "one");
        ask("b", ResourceType.ROUTES, "two", "one");
        ask("c", ResourceType.CLUSTER, "one");
        ask("all", ResourceType.CLUSTER);
        ask("v", ResourceType.VIRTUAL_HOST, "table");
        ask("w", ResourceType.VIRTUAL_HOST, "table/x");
        ask("gone", type, "one", "two", "table");
        subscribers.remove("gone");
        // When
        var found = subscribers.of(Map.of(type, List.of(changed.split(" ", -1))));
        // Then
        assertThat(String.join(" ", found.stream().sorted().toList())).isEqualTo(expected);
    }

    @Test
    void whoAsksForMoreIsFoundByAllOfIt() {
        Session stream = ask("a", ResourceType.ROUTES, "one");
        ask("b", ResourceType.ROUTES, "one");
        ask(stream, "a", ResourceType.ROUTES, "two");
        assertThat(subscribers.of(Map.of(ResourceType.ROUTES, List.of("two")))).containsOnly("a");
        assertThat(subscribers.of(Map.of(ResourceType.ROUTES, List.of("one"))))
                .containsOnly("a", "b");
    }
}
