package io.postern.filters.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Joined segments leave the memory that the single ones leave, or stay as they are. */
class DataSegmentsTest {
    private static final int PAGE = 65536;
    private static final int MEMORY = 5;
    private static final int DATA = 11;
    private static final int DATA_COUNT = 12;

    private final ByteArrayOutputStream segments = new ByteArrayOutputStream();
    private int count;

    @Test
    void memoryIsTheSame() {
        var random = new SplittableRandom(7);
        for (int round = 0; round < 200; round++) {
            // Given
            segments.reset();
            count = 0;
            int at = random.nextInt(300);
            while (at < PAGE - 400) {
                int length = random.nextInt(100);
                byte[] data = new byte[length];
                random.nextBytes(data);
                segment(at, data);
                at += length + (random.nextInt(4) == 0 ? random.nextInt(2000) : random.nextInt(9));
            }
            byte[] module = module(false);

            // When
            byte[] joined = DataSegments.join(module);

            // Then
            assertThat(memory(joined)).isEqualTo(memory(module));
            int before = Parser.parse(module).dataSection().dataSegmentCount();
            assertThat(Parser.parse(joined).dataSection().dataSegmentCount()).isLessThan(before);
        }
    }

    @Test
    void segmentsThatLieOverEachOtherStayAsTheyAre() {
        segment(100, new byte[] {1, 2, 3});
        segment(101, new byte[] {4});
        byte[] module = module(false);
        assertThat(DataSegments.join(module)).isEqualTo(module);
    }

    @Test
    void segmentsThatInstructionsMayNameStayAsTheyAre() {
        segment(100, new byte[] {1});
        segment(101, new byte[] {4});
        byte[] module = module(true);
        assertThat(DataSegments.join(module)).isEqualTo(module);
    }

    @Test
    void passiveSegmentsStayAsTheyAre() {
        count++;
        segments.writeBytes(new byte[] {1, 1, 9});
        byte[] module = module(false);
        assertThat(DataSegments.join(module)).isEqualTo(module);
    }

    private void segment(int at, byte[] data) {
        count++;
        segments.write(0);
        segments.write(0x41);
        ModuleBytes.writeSigned(segments, at);
        segments.write(0x0b);
        ModuleBytes.writeUnsigned(segments, data.length);
        segments.writeBytes(data);
    }

    private byte[] module(boolean counted) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
        section(out, MEMORY, new byte[] {1, 0, 1});
        var number = new ByteArrayOutputStream();
        ModuleBytes.writeUnsigned(number, count);
        if (counted) {
            section(out, DATA_COUNT, number.toByteArray());
        }
        number.writeBytes(segments.toByteArray());
        section(out, DATA, number.toByteArray());
        return out.toByteArray();
    }

    private static void section(ByteArrayOutputStream out, int id, byte[] content) {
        out.write(id);
        ModuleBytes.writeUnsigned(out, content.length);
        out.writeBytes(content);
    }

    private static byte[] memory(byte[] bytes) {
        WasmModule module = Parser.parse(bytes);
        var memory = new byte[PAGE];
        Arrays.stream(module.dataSection().dataSegments())
                .map(ActiveDataSegment.class::cast)
                .forEach(segment -> {
                    int at = (int) segment.offsetInstructions().getFirst().operand(0);
                    System.arraycopy(segment.data(), 0, memory, at, segment.data().length);
                });
        return memory;
    }
}
