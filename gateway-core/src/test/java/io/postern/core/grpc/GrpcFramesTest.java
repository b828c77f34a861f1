package io.postern.core.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcFramesTest {
    private static final int MOST = 100_000;

    private final GrpcFrames frames = new GrpcFrames(MOST);
    private final List<byte[]> messages = new ArrayList<>();

    private static byte[] octets(int length) {
        var octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) (i * 31);
        }
        return octets;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 6, 1000, 200_000})
    void messagesComeWholeHoweverTheyAreCut(int step) {
        // Given
        var all = Unpooled.buffer();
        for (int length : new int[] {0, 1, 40_000, MOST}) {
            ByteBuf frame = GrpcFrames.frame(octets(length), UnpooledByteBufAllocator.DEFAULT);
            all.writeBytes(frame);
            frame.release();
        }
        // When
        while (all.isReadable()) {
            ByteBuf part = all.readSlice(Math.min(step, all.readableBytes()));
            assertThat(frames.read(part, messages::add)).isNull();
        }
        // Then
        assertThat(messages).containsExactly(octets(0), octets(1), octets(40_000), octets(MOST));
    }

    @Test
    void aLengthAboveTheBoundIsAnErrorBeforeAnythingIsKept() {
        // Given
        var header = Unpooled.wrappedBuffer(new byte[] {0, -1, -1, -1, -1});
        // When
        String error = frames.read(header, messages::add);
        // Then
        assertThat(error).contains("4294967295 bytes").contains("at most " + MOST);
        assertThat(messages).isEmpty();
    }

    @Test
    void aCompressedMessageIsAnErrorSinceNoneWasAskedFor() {
        // Given
        var header = Unpooled.wrappedBuffer(new byte[] {1, 0, 0, 0, 1, 7});
        // When
        String error = frames.read(header, messages::add);
        // Then
        assertThat(error).contains("compressed");
        assertThat(messages).isEmpty();
    }
}
