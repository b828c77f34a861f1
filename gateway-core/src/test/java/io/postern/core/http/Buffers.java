package io.postern.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An allocator that knows what was not released. As an extension it fails the test that leaked, at
 * once and every time, which the sampling leak detector cannot.
 */
final class Buffers implements AfterEachCallback {
    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);

    ByteBuf of(String latin1) {
        return ByteBufUtil.writeAscii(allocator, "")
                .writeBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    long unreleased() {
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertThat(unreleased()).as("octets in buffers that nobody released").isZero();
    }
}
