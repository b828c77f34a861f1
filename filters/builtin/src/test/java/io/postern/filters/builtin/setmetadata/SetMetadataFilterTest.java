package io.postern.filters.builtin.setmetadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.sdk.MetadataValue;
import io.postern.sdk.MetadataValue.Bool;
import io.postern.sdk.MetadataValue.Items;
import io.postern.sdk.MetadataValue.Struct;
import io.postern.sdk.MetadataValue.Text;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SetMetadataFilterTest {
    private static final MetadataValue A = new Text("a");
    private static final MetadataValue B = new Text("b");

    @Test
    void structsBecomeOneListsFollowEachOtherAndTheRestIsReplaced() {
        // Given
        Map<String, MetadataValue> before =
                Map.of("text", A, "list", items(A), "deep", struct("x", A), "kind", items(A));
        Map<String, MetadataValue> with =
                Map.of(
                        "text", B,
                        "list", items(B),
                        "deep", struct("y", B),
                        "kind", struct("z", B),
                        "more", new Bool(true));
        // When
        Struct after = SetMetadataFilter.update(new Struct(before), new Struct(with));
        // Then
        assertThat(after.fields())
                .isEqualTo(
                        Map.of(
                                "text",
                                B,
                                "list",
                                items(A, B),
                                "deep",
                                new Struct(Map.of("x", A, "y", B)),
                                "kind",
                                struct("z", B),
                                "more",
                                new Bool(true)));
    }

    private static Items items(MetadataValue... values) {
        return new Items(List.of(values));
    }

    private static Struct struct(String name, MetadataValue value) {
        return new Struct(Map.of(name, value));
    }
}
