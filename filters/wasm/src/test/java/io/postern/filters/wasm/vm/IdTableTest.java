package io.postern.filters.wasm.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Contexts by id: behaves as a map does, whatever comes and goes. */
class IdTableTest {
    private record Numbered(int id) {}

    @Test
    void behavesAsAMap() {
        // Given
        var random = new Random(20261122);
        var table = new IdTable<Numbered>(Numbered::id);
        var expected = new TreeMap<Integer, Numbered>();

        for (int step = 0; step < 50_000; step++) {
            // When
            int id = 1 + random.nextInt(300) * (random.nextBoolean() ? 1 : 64);
            if (expected.containsKey(id) || random.nextInt(3) == 0) {
                table.remove(id);
                expected.remove(id);
            } else {
                var context = new Numbered(id);
                table.put(context);
                expected.put(id, context);
            }

            // Then
            assertThat(table.get(id)).isSameAs(expected.get(id));
            assertThat(table.size()).isEqualTo(expected.size());
        }
        assertThat(table.all()).hasSize(expected.size());
        expected.forEach((id, context) -> assertThat(table.get(id)).isSameAs(context));
    }
}
