package io.postern.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.Format;
import io.postern.sdk.Metadata;
import io.postern.sdk.MetadataSource;
import io.postern.sdk.MetadataValue;
import io.postern.sdk.MetadataValue.Bool;
import io.postern.sdk.MetadataValue.Items;
import io.postern.sdk.MetadataValue.Null;
import io.postern.sdk.MetadataValue.Numeric;
import io.postern.sdk.MetadataValue.Struct;
import io.postern.sdk.MetadataValue.Text;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MetadataOperatorsTest {
    private static final FormatEnvironment ENVIRONMENT =
            new FormatEnvironment("host", _ -> null, ZoneOffset.UTC);

    private final FixedStream stream = new FixedStream();

    @BeforeEach
    void note() {
        Map<String, MetadataValue> fields =
                Map.of(
                        "text", new Text("say \"é\""),
                        "whole", new Numeric(-12),
                        "part", new Numeric(0.5),
                        "huge", new Numeric(1.5e300),
                        "infinite", new Numeric(Double.POSITIVE_INFINITY),
                        "truth", new Bool(false),
                        "nothing", new Null(),
                        "list", new Items(List.of(new Numeric(1), new Text("a"), new Null())),
                        "struct", new Struct(Map.of("b", new Text("x"), "a", new Bool(true))));
        stream.dynamic.merge("ns", new Struct(fields));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ns:text | say \"é\" | \"say \\\"é\\\"\"",
                "ns:whole | -12 | -12",
                "ns:part | 0.5 | 0.5",
                "ns:huge | 1.5E300 | 1.5E300",
                "ns:infinite | null | null",
                "ns:truth | false | false",
                "ns:nothing | - | null",
                "ns:list | [1,\"a\",null] | [1,\"a\",null]",
                "ns:struct | {\"a\":true,\"b\":\"x\"} | {\"a\":true,\"b\":\"x\"}",
                "ns:struct:b | x | \"x\"",
                "ns:struct:c | - | null",
                "ns:list:0 | - | null",
                "other | - | null",
            })
    void showsTextsAsTheyAreAndTheRestAsJson(String path, String text, String json) {
        assertThat(text("DYNAMIC_METADATA", path, -1)).isEqualTo(text);
        assertThat(text("METADATA", "DYNAMIC:" + path, -1)).isEqualTo(text);
        assertThat(json("DYNAMIC_METADATA", path, -1)).isEqualTo("{\"v\":" + json + "}");
    }

    @Test
    void aLengthCutsTextsButNoJsonValues() {
        assertThat(text("DYNAMIC_METADATA", "ns:text", 3)).isEqualTo("say");
        assertThat(text("DYNAMIC_METADATA", "ns:struct", 3)).isEqualTo("{\"a");
        assertThat(json("DYNAMIC_METADATA", "ns:text", 3)).isEqualTo("{\"v\":\"say\"}");
        assertThat(json("DYNAMIC_METADATA", "ns:truth", 3)).isEqualTo("{\"v\":false}");
    }

    @ParameterizedTest
    @EnumSource(MetadataSource.class)
    void showsWhatTheConfigurationNotes(MetadataSource source) {
        // Given
        var name = new Struct(Map.of("name", new Text(source.name())));
        stream.metadata.put(source, new Metadata(Map.of("ns", name)));
        String type =
                source == MetadataSource.FILTER_CHAIN ? "LISTENER_FILTER_CHAIN" : source.name();
        // Then
        assertThat(text("METADATA", type + ":ns:name", -1)).isEqualTo(source.name());
        assertThat(text("METADATA", type + ":ns", -1))
                .isEqualTo("{\"name\":\"" + source.name() + "\"}");
        assertThat(text("CLUSTER_METADATA", "ns:name", -1))
                .isEqualTo(source == MetadataSource.CLUSTER ? "CLUSTER" : "-");
        assertThat(text("UPSTREAM_METADATA", "ns:name", -1))
                .isEqualTo(source == MetadataSource.UPSTREAM_HOST ? "UPSTREAM_HOST" : "-");
    }

    private String text(String name, String argument, int length) {
        var out = new OctetBuffer();
        CompiledFormat.compile(format(name, argument, length), ENVIRONMENT, false)
                .write(stream, out);
        return out.toString();
    }

    private String json(String name, String argument, int length) {
        var out = new OctetBuffer();
        JsonFormat.compile(Map.of("v", format(name, argument, length)), ENVIRONMENT, false, true)
                .write(stream, out);
        return out.toString();
    }

    private static Format format(String name, String argument, int length) {
        return new Format(List.of(new Format.Operator(name, argument, length)));
    }
}
