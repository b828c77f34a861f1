package io.postern.xds.server.protocol;

import static io.postern.config.model.ResourceType.VIRTUAL_HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.server.content.Domains;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Virtual hosts that nodes ask for by the host of a request. */
class OnDemandHostsTest {
    private static Talk talk(String... resources) {
        return new Talk(Variant.DELTA, Talk.snapshot(resources));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "t/shop.example.com, t/exact",
                "t/SHOP.example.com, t/exact",
                "t/a.shop.example.com, t/longer",
                "t/b.example.com, t/wild",
                "t/example.com, t/any",
                "t/.example.com, t/any",
                "t/www.example.de, t/behind",
                "t/www., t/any",
                "t/shop.example.com:8080, t/any",
                "t/, t/any",
                "u/x, u/v/only",
                "u/v/x, u/v/only",
                "u/y, -",
                "other/shop.example.com, -",
                "shop.example.com, -",
            })
    void theVirtualHostIsTheOneThatEnvoyWouldTake(String asked, String resource) {
        var hosts =
                Talk.snapshot(
                        "host t/exact=shop.example.com+admin.example.com",
                        "host t/wild=*.example.com",
                        "host t/longer=*.shop.example.com",
                        "host t/behind=www.*",
                        "host t/any=*",
                        "host u/v/only=x");
        assertThat(Domains.of(hosts.of(VIRTUAL_HOST)).find(asked)).isEqualTo(resource);
    }

    @Test
    void aHostIsAnsweredWithItsVirtualHostAndUnderItsOwnNameToo() {
        var talk = talk("host t/a=a.com+*.a.com", "host t/b=b.com");
        assertThat(talk.ask(VIRTUAL_HOST, "t/x.a.com"))
                .containsExactly("VIRTUAL_HOST t/a=a.com+*.a.com~t/x.a.com");
        assertThat(talk.ack(VIRTUAL_HOST)).isEmpty();
        assertThat(talk.change(VIRTUAL_HOST, List.of("t/a.com", "t/y.a.com"), List.of()))
                .as("one resource, however many hosts it serves: a node refuses a name twice")
                .containsExactly("VIRTUAL_HOST t/a=a.com+*.a.com~t/x.a.com~t/a.com~t/y.a.com");
    }

    @Test
    void aHostThatNobodyServesIsAnsweredAtOnceWithoutContent() {
        var talk = talk("host t/a=a.com");
        assertThat(talk.ask(VIRTUAL_HOST, "t")).containsExactly("VIRTUAL_HOST t/a=a.com");
        talk.ack(VIRTUAL_HOST);
        assertThat(talk.change(VIRTUAL_HOST, List.of("t/b.com"), List.of()))
                .containsExactly("VIRTUAL_HOST t/b.com?~t/b.com");
        talk.ack(VIRTUAL_HOST);
        // When somebody serves it, then it is sent
        assertThat(talk.publish("host t/a=a.com", "host t/b=b.com"))
                .containsExactly("VIRTUAL_HOST t/b=b.com~t/b.com");
    }

    @Test
    void changesAndRemovalsOfWhatServesAHostAreToldToWhoAskedForTheHostOnly() {
        var talk = talk("host t/a=*.com", "host t/z=z.org");
        talk.ask(VIRTUAL_HOST, "t/x.com");
        talk.ack(VIRTUAL_HOST);
        assertThat(talk.publish("host t/a=*.com+c.org", "host t/z=zz.org"))
                .containsExactly("VIRTUAL_HOST t/a=*.com+c.org~t/x.com");
        talk.ack(VIRTUAL_HOST);
        // When a better one comes
        assertThat(talk.publish("host t/a=*.com+c.org", "host t/b=x.com"))
                .containsExactly("VIRTUAL_HOST t/b=x.com~t/x.com");
        talk.ack(VIRTUAL_HOST);
        // When it goes, then the host is served as before, and the better one removed
        assertThat(talk.publish("host t/a=*.com+c.org"))
                .containsExactly("VIRTUAL_HOST t/a=*.com+c.org~t/x.com");
        assertThat(talk.ack(VIRTUAL_HOST)).containsExactly("VIRTUAL_HOST -t/b");
        talk.ack(VIRTUAL_HOST);
        // When the node forgets it
        talk.change(VIRTUAL_HOST, List.of(), List.of("t/x.com"));
        assertThat(talk.publish("host t/a=*.com+d.org")).isEmpty();
    }

    @Test
    void aNodeThatComesBackWithAHostIsAnswered() {
        var talk = talk("host t/a=a.com");
        String version = Talk.snapshot("host t/a=a.com").of(VIRTUAL_HOST).versionOf("t/a");
        assertThat(talk.askHaving(VIRTUAL_HOST, Map.of("t/a", version), "t", "t/a.com"))
                .containsExactly("VIRTUAL_HOST t/a=a.com~t/a.com");
    }

    @Test
    void tablesWhoseNamesHaveSlashesAreAskedForAsOthersAre() {
        var talk = talk("host team/edge/a=a.com", "host team/other/a=a.com");
        assertThat(talk.ask(VIRTUAL_HOST, "team/edge"))
                .containsExactly("VIRTUAL_HOST team/edge/a=a.com");
        talk.ack(VIRTUAL_HOST);
        assertThat(talk.change(VIRTUAL_HOST, List.of("team/other/a.com"), List.of()))
                .containsExactly("VIRTUAL_HOST team/other/a=a.com~team/other/a.com");
    }
}
