package io.postern.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.postern.config.model.Cluster;
import io.postern.core.http.HttpConnection;
import io.postern.core.http.HttpStream;
import io.postern.core.http.ResetReason;
import io.postern.core.upstream.ChannelRequester;
import io.postern.core.upstream.LoadBalancerContext;
import io.postern.core.upstream.StreamRequester;
import io.postern.core.upstream.StreamRequester.Failure;
import io.postern.core.upstream.UpstreamHost;
import io.postern.core.upstream.WorkerCluster;
import io.postern.core.upstream.resilience.ResilienceGuard;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.Worker.Cancellable;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorTest {
    private final List<String> sent = new ArrayList<>();
    private final Target target = new Target();
    private boolean writable = true;

    /** A cluster that notes who asks. */
    private static final class Target implements WorkerCluster {
        private @Nullable StreamRequester asking;
        private boolean cancelled;

        @Override
        public Cancellable request(LoadBalancerContext context, StreamRequester requester) {
            asking = requester;
            return () -> cancelled = true;
        }

        StreamRequester asking() {
            return Objects.requireNonNull(asking);
        }

        @Override
        public Cluster config() {
            throw new AssertionError("not asked for");
        }

        @Override
        public Cancellable open(ChannelRequester requester) {
            throw new AssertionError("not asked for");
        }

        @Override
        public @Nullable ResilienceGuard guard() {
            return null;
        }

        @Override
        public boolean tryRetry(boolean highPriority) {
            throw new AssertionError("a copy is never tried again");
        }

        @Override
        public void retryEnded(boolean highPriority) {}
    }

    private final class Stream implements HttpStream {
        @Override
        public void writeHeaders(HeaderMap head, boolean endOfStream) {
            sent.add("head" + (endOfStream ? "." : ""));
        }

        @Override
        public void writeData(ByteBuf data, boolean endOfStream) {
            sent.add(data.toString(StandardCharsets.US_ASCII) + (endOfStream ? "." : ""));
            data.release();
        }

        @Override
        public void writeTrailers(HeaderMap trailers) {
            sent.add("trailers.");
        }

        @Override
        public void reset(ResetReason reason) {
            sent.add("reset");
        }

        @Override
        public void setReading(boolean reading) {}

        @Override
        public boolean isWritable() {
            return writable;
        }

        @Override
        public HttpConnection connection() {
            throw new AssertionError("not asked for");
        }
    }

    private record Host(SocketAddress address, String hostname) implements UpstreamHost {}

    private static final Host HOST = new Host(InetSocketAddress.createUnresolved("h", 1), "h");

    private static ByteBuf octets(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    // Without a time-out no worker is asked for a timer.
    @SuppressWarnings("NullAway")
    private Mirror start(boolean endOfStream) {
        var mirror = new Mirror(new HeaderMap(), 10);
        mirror.start(target, null, endOfStream, 0);
        return mirror;
    }

    @Test
    void theBodyFollowsTheHeadWheneverThereIsAStream() {
        // Given
        Mirror mirror = start(false);
        mirror.data(octets("one"), false);

        // When
        target.asking().onStreamReady(new Stream(), HOST);
        mirror.data(octets("two"), true);
        mirror.abandon();

        // Then
        assertThat(sent).containsExactly("head", "one", "two.");
    }

    @Test
    void aCopyThatWaitsForTooMuchIsGivenUp() {
        // Given
        Mirror mirror = start(false);
        ByteBuf first = octets("123456");
        ByteBuf second = octets("789012");

        // When
        mirror.data(first, false);
        mirror.data(second, false);

        // Then
        assertThat(target.cancelled).isTrue();
        assertThat(first.refCnt() + second.refCnt()).isZero();
    }

    @Test
    void aCopyThatIsSlowerThanTheRequestIsGivenUp() {
        Mirror mirror = start(false);
        target.asking().onStreamReady(new Stream(), HOST);
        writable = false;
        mirror.data(octets("one"), false);
        assertThat(sent).containsExactly("head", "one", "reset");
    }

    @Test
    void aRequestThatBreaksOffTakesItsCopyWithIt() {
        Mirror mirror = start(false);
        target.asking().onStreamReady(new Stream(), HOST);
        mirror.abandon();
        assertThat(sent).containsExactly("head", "reset");
    }

    @Test
    void nobodyHearsThatTheClusterIsGone() {
        Mirror mirror = start(false);
        target.asking().onStreamFailure(Failure.CONNECTION_FAILURE, HOST, "");
        ByteBuf data = octets("x");
        mirror.data(data, true);
        mirror.abandon();
        assertThat(data.refCnt()).isZero();
        assertThat(sent).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "a.test, a.test-shadow",
        "a.test:80, a.test-shadow:80",
        "'[::1]', '[::1]-shadow'",
        "'[::1]:80', '[::1]-shadow:80'"
    })
    void theHostSaysThatItIsACopy(String host, String shadow) {
        assertThat(Mirrors.withSuffix(host)).isEqualTo(shadow);
    }
}
