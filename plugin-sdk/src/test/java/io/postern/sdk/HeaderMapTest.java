package io.postern.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeaderMapTest {
    private static final HeaderName A = HeaderName.of("A");
    private static final HeaderName B = HeaderName.of("b");

    @Test
    void findsNamesInAnyLetterCaseAndKeepsTheOrderOfLines() {
        // Given
        var map = new HeaderMap();

        // When
        map.add("X-One", "1");
        map.add("x-two", "2");
        map.add("X-ONE", "3");

        // Then
        assertThat(map).hasToString("x-one: 1\nx-two: 2\nx-one: 3\n");
        assertThat(map.indexOf(HeaderName.of("X-One"), 1)).isEqualTo(2);
    }

    @Test
    void setReplacesTheFirstLineAndRemovesTheOthers() {
        // Given
        var map = HeaderMap.of("a", "1", "b", "2", "a", "3", "a", "4");

        // When
        map.set(A, "a much longer value");

        // Then
        assertThat(map).hasToString("a: a much longer value\nb: 2\n");
    }

    @Test
    void settingOneHeaderForEverDoesNotGrowTheMap() {
        // Given
        var map = HeaderMap.of("b", "kept");

        // When
        for (int i = 0; i < 100_000; i++) {
            map.set(A, "x".repeat(i % 200));
        }

        // Then
        assertThat(map.octets().length).isLessThan(8192);
        assertThat(map.get(B)).isEqualTo("kept");
    }

    @Test
    void behavesAsAListOfLinesUnderRandomChanges() {
        // Given
        var random = new Random(42);
        var map = new HeaderMap(16);
        var model = new ArrayList<List<String>>();

        // When
        for (int step = 0; step < 20_000; step++) {
            String name = "n" + random.nextInt(8);
            String value = "v".repeat(random.nextInt(40)) + step;
            switch (random.nextInt(4)) {
                case 0 -> {
                    map.add(name, value);
                    model.add(List.of(name, value));
                }
                case 1 -> {
                    map.set(HeaderName.of(name), value);
                    setInModel(model, name, value);
                }
                case 2 -> {
                    byte[] octets = value.getBytes(StandardCharsets.ISO_8859_1);
                    map.set(HeaderName.of(name), octets);
                    setInModel(model, name, value);
                }
                default -> {
                    map.remove(HeaderName.of(name));
                    model.removeIf(line -> line.getFirst().equals(name));
                }
            }

            // Then
            assertThat(lines(map)).isEqualTo(model);
            assertThat(map.octetCount())
                    .isEqualTo(
                            model.stream()
                                    .mapToInt(l -> l.get(0).length() + l.get(1).length())
                                    .sum());
        }
    }

    private static void setInModel(List<List<String>> model, String name, String value) {
        int first = -1;
        for (int i = 0; i < model.size(); i++) {
            if (model.get(i).getFirst().equals(name)) {
                first = i;
                break;
            }
        }
        if (first < 0) {
            model.add(List.of(name, value));
            return;
        }
        model.set(first, List.of(name, value));
        for (int i = model.size() - 1; i > first; i--) {
            if (model.get(i).getFirst().equals(name)) {
                model.remove(i);
            }
        }
    }

    private static List<List<String>> lines(HeaderMap map) {
        var lines = new ArrayList<List<String>>();
        for (int i = 0; i < map.size(); i++) {
            lines.add(List.of(map.name(i), map.value(i)));
        }
        return lines;
    }
}
