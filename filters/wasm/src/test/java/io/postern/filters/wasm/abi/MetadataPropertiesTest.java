package io.postern.filters.wasm.abi;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.sdk.Metadata;
import io.postern.sdk.MetadataSource;
import io.postern.sdk.MetadataValue;
import io.postern.sdk.MetadataValue.Items;
import io.postern.sdk.MetadataValue.Struct;
import io.postern.sdk.MetadataValue.Text;
import io.postern.sdk.testkit.FakeStreamInfo;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetadataPropertiesTest {
    private final ByteOutput value = new ByteOutput();

    private static Metadata noted() {
        var fields = new LinkedHashMap<String, MetadataValue>();
        fields.put("t", new Text("x"));
        fields.put("n", new MetadataValue.Numeric(1.5));
        fields.put("b", new MetadataValue.Bool(true));
        fields.put("l", new Items(List.of(new Text("p"), new Text("q"))));
        fields.put("z", new MetadataValue.Null());
        fields.put("s", new Struct(Map.of("k", new Text("v"))));
        return Metadata.none().with("ns", new Struct(fields));
    }

    @ParameterizedTest
    @CsvSource({
        "filter_metadata.ns.t, 78",
        "filter_metadata.ns.n, 000000000000f83f",
        "filter_metadata.ns.b, 01",
        "filter_metadata.ns.l.1, 71",
        "filter_metadata.ns.s.k, 76",
        // pairs: how many, lengths, then each with its NUL
        "filter_metadata.ns.s, 01000000 01000000 01000000 6b00 7600",
        "filter_metadata.ns.l, 02000000 01000000 00000000 01000000 00000000 7000 00 7100 00",
        "typed_filter_metadata, 00000000",
    })
    void aPathLeadsToItsValueAsPluginsReadIt(String path, String expected) {
        // When
        int status = MetadataProperties.find(noted(), path.replace('.', '\0'), value);

        // Then
        assertThat(status).isEqualTo(Status.OK);
        assertThat(written()).isEqualTo(expected.replace(" ", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "filter_metadata.other, 1",
        "filter_metadata.ns.nope, 1",
        "filter_metadata.ns.t.deeper, 1",
        "filter_metadata.ns.l.2, 1",
        "filter_metadata.ns.l.-1, 1",
        "filter_metadata.ns.l.999999999999, 1",
        "typed_filter_metadata.ns, 1",
        "nothing, 1",
        "filter_metadata.ns.z, 3", // null cannot be serialised, and so cannot what holds it
        "filter_metadata.ns, 3",
    })
    void whatIsNotThereIsNotFound(String path, int status) {
        assertThat(MetadataProperties.find(noted(), path.replace('.', '\0'), value))
                .isEqualTo(status);
    }

    @Test
    void theWholeIsAMessageOfProtobuf() {
        // Given
        Struct fields = new Struct(Map.of("k", new Text("v")));

        // When
        MetadataProperties.find(Metadata.none().with("ns", fields), "", value);

        // Then: filter_metadata { key: "ns" value { fields { key: "k" value { string: "v" } } } }
        assertThat(written())
                .isEqualTo("0a10" + "0a026e73" + "120a" + "0a08" + "0a016b" + "12031a0176");
    }

    @Test
    void everyPartOfTheConfigurationHasItsOwn() {
        // Given
        var info = new FakeStreamInfo();
        var names =
                Map.of(
                        "listener_metadata", MetadataSource.LISTENER,
                        "route_metadata", MetadataSource.ROUTE,
                        "virtual_host_metadata", MetadataSource.VIRTUAL_HOST,
                        "cluster_metadata", MetadataSource.CLUSTER,
                        "upstream_host_metadata", MetadataSource.UPSTREAM_HOST);
        names.forEach((name, source) ->
                info.metadata.put(
                        source,
                        Metadata.none().with("a", new Struct(Map.of("is", new Text(name))))));

        names.keySet()
                .forEach(name -> {
                    // When
                    value.clear();
                    String path = "filter_metadata\0a\0is";
                    MetadataProperties.xds(name, path, info, value);

                    // Then
                    byte[] text = Arrays.copyOf(value.bytes(), value.length());
                    assertThat(new String(text, StandardCharsets.UTF_8)).isEqualTo(name);
                });
    }

    private String written() {
        return HexFormat.of().formatHex(value.bytes(), 0, value.length());
    }
}
