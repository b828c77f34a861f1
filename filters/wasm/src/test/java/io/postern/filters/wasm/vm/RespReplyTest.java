package io.postern.filters.wasm.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where replies end, however they are cut. */
class RespReplyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "+OK~",
                "-ERR no~",
                ":42~",
                "$-1~",
                "$0~~",
                "$3~a~b~", // a CR LF inside: a bulk string counts
                "*-1~",
                "*0~",
                "*2~$1~a~*1~:7~",
                "%1~+k~+v~",
                "_~",
                "#t~",
                ",3.14~"
            })
    void aReplyIsWholeAtItsEndAndNotBefore(String reply) {
        byte[] bytes =
                reply.replace("a~b", "a\r\n").replace("~", "\r\n").getBytes(StandardCharsets.UTF_8);
        byte[] followed = Arrays.copyOf(bytes, bytes.length + 1);
        followed[bytes.length] = '+';
        for (int available = 1; available < bytes.length; available++) {
            assertThat(RespReply.length(bytes, available)).isEqualTo(RespReply.INCOMPLETE);
        }
        assertThat(RespReply.length(bytes, bytes.length)).isEqualTo(bytes.length);
        assertThat(RespReply.length(followed, followed.length)).isEqualTo(bytes.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP~", "$-2~", "*-9~", "$x~", "$99999999999999~"})
    void whatIsNoReplyIsRefused(String reply) {
        byte[] bytes = reply.replace("~", "\r\n").getBytes(StandardCharsets.UTF_8);
        assertThat(RespReply.length(bytes, bytes.length)).isEqualTo(RespReply.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(ints = {34, 1000})
    void nestingHasAnEnd(int depth) {
        byte[] bytes = "*1\r\n".repeat(depth).getBytes(StandardCharsets.UTF_8);
        assertThat(RespReply.length(bytes, bytes.length)).isEqualTo(RespReply.MALFORMED);
    }
}
