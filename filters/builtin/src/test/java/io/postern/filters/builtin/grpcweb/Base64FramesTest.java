package io.postern.filters.builtin.grpcweb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Base64FramesTest {
    private static final long SEED = 4711;

    @Test
    void everyFrameIsTextOfItsOwnHoweverTheBodyIsCut() {
        var random = new Random(SEED);
        for (int round = 0; round < 300; round++) {
            // Given
            var body = new ByteArrayOutputStream();
            var expected = new StringBuilder();
            for (int i = random.nextInt(5); i >= 0; i--) {
                byte[] frame = frame(random);
                body.writeBytes(frame);
                expected.append(Base64.getEncoder().encodeToString(frame));
            }

            // When
            String text = encoded(body.toByteArray(), random);

            // Then
            assertThat(text).as("seed %d, round %d", SEED, round).hasToString(expected.toString());
        }
    }

    @Test
    void aFrameThatIsNotWholeGoesOnAsFarAsItsTextIsCertain() {
        // Given
        var frames = new Base64Frames();

        // When
        byte[] text = frames.encode(new byte[] {0, 0, 0, 0, 9, 'a', 'b'});

        // Then
        assertThat(Base64.getDecoder().decode(text)).containsExactly(0, 0, 0, 0, 9, 'a');
    }

    private static byte[] frame(Random random) {
        byte[] frame = new byte[5 + random.nextInt(random.nextBoolean() ? 3 : 400)];
        random.nextBytes(frame);
        int length = frame.length - 5;
        frame[1] = 0;
        frame[2] = 0;
        frame[3] = (byte) (length >> 8);
        frame[4] = (byte) length;
        return frame;
    }

    private static String encoded(byte[] body, Random random) {
        var frames = new Base64Frames();
        var text = new ByteArrayOutputStream();
        for (int at = 0; at < body.length; ) {
            int next = Math.min(body.length, at + 1 + random.nextInt(40));
            text.writeBytes(frames.encode(Arrays.copyOfRange(body, at, next)));
            at = next;
        }
        return text.toString(StandardCharsets.US_ASCII);
    }
}
