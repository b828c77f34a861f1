package io.postern.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.postern.config.model.Listener;
import io.postern.config.model.RuntimeSnapshot;
import io.postern.core.hotrestart.ProcessName;
import io.postern.core.hotrestart.SocketOffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A gateway that takes the listening sockets of the one before it, seen by clients. */
@Timeout(60)
class HotRestartIT {
    private static final AtomicLong PROCESSES = new AtomicLong();
    private static final int BASE = Math.toIntExact(ProcessHandle.current().pid());
    private static final String REQUEST = "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

    private int port;

    @BeforeEach
    void needsEpoll() {
        Assumptions.assumeTrue(Epoll.isAvailable());
    }

    /** One that stands for a process, and what it offers. */
    private final class Generation implements AutoCloseable {
        private final ProcessName name = new ProcessName(BASE, 0, PROCESSES.incrementAndGet());
        private final Gateway gateway;
        private final @Nullable SocketOffer offer;

        Generation(String answer, int workers, List<ProcessName> predecessors) {
            gateway = TestGateway.start(new CountingFilter(), workers, predecessors);
            var errors = gateway.apply(new RuntimeSnapshot(List.of(listener(answer)), List.of()));
            assertThat(errors.listenerErrors()).isEmpty();
            var address = (InetSocketAddress) gateway.listeners().getFirst().address();
            port = address == null ? 0 : address.getPort();
            offer = gateway.offerSockets(name);
        }

        // As a process does it that is told to end.
        private void awaitDrained() {
            try {
                assertThat(gateway.awaitDrained(Duration.ofSeconds(20))).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        private Listener listener(String answer) {
            Listener any = TestGateway.listener("main", "/", answer, "drain_timeout: 1s");
            return TestGateway.at(port, any);
        }

        @Override
        public void close() {
            gateway.drain();
            awaitDrained();
            if (offer != null) {
                offer.close();
            }
            gateway.close();
        }
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** A process that listens, and is too busy to accept anything. */
    private final class Busy implements AutoCloseable {
        private final ProcessName name = new ProcessName(BASE, 0, PROCESSES.incrementAndGet());
        private final EventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        private final List<EpollServerSocketChannel> sockets = new ArrayList<>();
        private final SocketOffer offer;

        Busy(int sockets) {
            for (int i = 0; i < sockets; i++) {
                var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
                var bound = bootstrap().bind(address).syncUninterruptibly().channel();
                this.sockets.add((EpollServerSocketChannel) bound);
                port = ((EpollServerSocketChannel) bound).localAddress().getPort();
            }
            offer =
                    new SocketOffer(
                            name,
                            loops,
                            address ->
                                    address.equals("127.0.0.1:" + port)
                                            ? this.sockets.stream().map(one -> one.fd()).toList()
                                            : List.of());
        }

        private ServerBootstrap bootstrap() {
            return new ServerBootstrap()
                    .group(loops)
                    .channel(EpollServerSocketChannel.class)
                    .option(ChannelOption.AUTO_READ, false)
                    .option(UnixChannelOption.SO_REUSEPORT, true)
                    .childHandler(new ChannelInboundHandlerAdapter());
        }

        @Override
        public void close() {
            sockets.forEach(socket -> socket.close().awaitUninterruptibly());
            offer.close();
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private static String answer(Socket socket) throws IOException {
        try (socket) {
            byte[] octets = socket.getInputStream().readAllBytes();
            return new String(octets, StandardCharsets.US_ASCII);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 1", "1, 3"})
    void whatWaitsInAListeningSocketIsServedByTheNextProcess(int before, int after)
            throws IOException {
        // Given
        var old = new Busy(before);
        List<Socket> waiting = List.of(connect(), connect(), connect(), connect(), connect());
        // When
        try (var next = new Generation("new", after, List.of(old.name))) {
            assertThat(old.offer.taken()).isTrue();
            old.close();
            // Then
            for (Socket one : waiting) {
                assertThat(answer(one)).startsWith("HTTP/1.1 200").endsWith("new");
            }
            assertThat(next.gateway.listeners()).hasSize(1);
            assertThat(answer(connect())).endsWith("new");
        }
    }

    @Test
    void itIsLostWhenNobodyTakesTheSocket() throws IOException {
        // Given
        var old = new Busy(1);
        Socket waiting = connect();
        // When
        try (var next = new Generation("new", 1, List.of())) {
            old.close();
            // Then
            assertThatThrownBy(() -> answer(waiting)).isInstanceOf(IOException.class);
            assertThat(next.gateway.listeners()).hasSize(1);
        }
    }

    @Test
    void aProcessThatIsGoneOrSilentIsDoneWithout() throws IOException {
        var gone = new ProcessName(BASE, 0, PROCESSES.incrementAndGet());
        try (var only = new Generation("only", 1, List.of(gone))) {
            assertThat(answer(connect())).endsWith("only");
            assertThat(ProcessName.others(BASE, 0)).containsExactly(only.name);
        }
    }

    @Test
    void generationAfterGenerationNoConnectionIsRefused() throws Exception {
        // Given
        var counted = new AtomicInteger();
        var failures = new AtomicInteger();
        var over = new AtomicBoolean();
        var current = new Generation("0", 2, List.of());
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                clients.execute(() -> {
                    while (!over.get()) {
                        try {
                            assertThat(answer(connect())).startsWith("HTTP/1.1 200");
                            counted.incrementAndGet();
                        } catch (IOException | AssertionError _) {
                            failures.incrementAndGet();
                        }
                    }
                });
            }
            // When
            for (int i = 1; i <= 5; i++) {
                var next = new Generation("" + i, 1 + i % 3, List.of(current.name));
                int seen = counted.get();
                current.close();
                current = next;
                Awaitility.await().until(() -> counted.get() > seen + 50 || failures.get() > 0);
            }
            over.set(true);
        }
        // Then
        current.close();
        assertThat(failures.get()).isZero();
        assertThat(counted.get()).isGreaterThan(200);
    }
}
