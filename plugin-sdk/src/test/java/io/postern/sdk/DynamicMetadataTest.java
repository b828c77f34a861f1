package io.postern.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.sdk.MetadataValue.Items;
import io.postern.sdk.MetadataValue.Struct;
import io.postern.sdk.MetadataValue.Text;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DynamicMetadataTest {
    private final DynamicMetadata metadata = new DynamicMetadata();

    @Test
    void fieldsTakeThePlaceOfThoseOfTheirNamesAndOthersStay() {
        // Given
        metadata.merge("ns", struct("a", new Text("1"), "deep", struct("x", new Text("y"))));
        Metadata before = metadata.current();
        // When
        boolean taken = metadata.merge("ns", struct("a", new Text("2"), "deep", struct("z")));
        // Then
        assertThat(taken).isTrue();
        assertThat(metadata.current().find("ns", List.of("a"))).isEqualTo(new Text("2"));
        assertThat(metadata.current().find("ns", List.of("deep"))).isEqualTo(struct("z"));
        assertThat(before.find("ns", List.of("deep", "x"))).isEqualTo(new Text("y"));
    }

    @Test
    void aPathLeadsThroughStructsOnly() {
        // Given
        metadata.merge("ns", struct("a", new Items(List.of(new Text("1")))));
        Metadata now = metadata.current();
        // Then
        assertThat(now.find("ns", List.of())).isEqualTo(now.namespaces().get("ns"));
        assertThat(now.find("ns", List.of("a", "0"))).isNull();
        assertThat(now.find("ns", List.of("b"))).isNull();
        assertThat(now.find("other", List.of())).isNull();
    }

    @Test
    void whatIsTooMuchChangesNothing() {
        // Given
        Text half = new Text("x".repeat(DynamicMetadata.MOST_OCTETS / 2));
        assertThat(metadata.merge("ns", struct("a", half))).isTrue();
        Metadata before = metadata.current();
        // Then
        assertThat(metadata.merge("ns", struct("b", half))).isFalse();
        assertThat(metadata.current()).isSameAs(before);
        assertThat(metadata.merge("ns", struct("a", half))).as("instead of itself").isTrue();
        assertThat(metadata.merge("more", struct("c", new Text("y")))).isTrue();
    }

    @Test
    void whatIsNestedTooDeepIsRefused() {
        // Given
        MetadataValue deep = new Text("x");
        for (int i = 0; i < 100; i++) {
            deep = new Items(List.of(deep));
        }
        // Then
        assertThat(metadata.merge("ns", struct("a", deep))).isFalse();
    }

    private static Struct struct(String name, MetadataValue value) {
        return new Struct(Map.of(name, value));
    }

    private static Struct struct(String name) {
        return struct(name, new MetadataValue.Null());
    }

    private static Struct struct(
            String name, MetadataValue value, String other, MetadataValue otherValue) {
        return new Struct(Map.of(name, value, other, otherValue));
    }
}
