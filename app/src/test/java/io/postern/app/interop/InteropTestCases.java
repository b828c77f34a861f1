package io.postern.app.interop;

import static java.util.Objects.requireNonNull;

import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.testing.integration.AbstractInteropTest;
import io.postern.app.Assembly;
import io.postern.app.Log;
import io.postern.app.differential.Ports;
import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.core.Gateway;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.After;
import org.junit.Test;

/**
 * gRPC's interoperability tests, those of grpc-java's {@code TestServiceClient}, against its {@code
 * TestServiceImpl} behind a gateway. Run by JUnit 4, which they are written for.
 */
public abstract class InteropTestCases extends AbstractInteropTest {
    /** With {@code server.pem}, {@code server.key} and {@code ca.pem}, where TLS is spoken. */
    static final String FOLDER = "postern.test.interop";

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int WINDOW = 65 * 1024; // what the cases of flow control count with
    private static final int MOST_OCTETS = 16 << 20;

    private final boolean tls;
    private final int serverPort;
    private @Nullable Assembly gateway;

    InteropTestCases(boolean tls) {
        this.tls = tls;
        try {
            serverPort = new Ports(new SecureRandom()).free();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** HTTP/2 in clear text, to the gateway and from it. */
    public static final class ClearText extends InteropTestCases {
        /** For JUnit. */
        public ClearText() {
            super(false);
        }
    }

    /** TLS with ALPN, to the gateway and from it. */
    public static final class Tls extends InteropTestCases {
        /** For JUnit. */
        public Tls() {
            super(true);
        }
    }

    private static File file(String name) {
        return Path.of(System.getProperty(FOLDER, ""), name).toFile();
    }

    @Override
    protected ServerBuilder<?> getServerBuilder() {
        var builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(LOOPBACK, serverPort))
                        .flowControlWindow(WINDOW)
                        .maxInboundMessageSize(MOST_OCTETS);
        try {
            return tls
                    ? builder.sslContext(
                            GrpcSslContexts.forServer(file("server.pem"), file("server.key"))
                                    .build())
                    : builder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected ManagedChannelBuilder<?> createChannelBuilder() {
        try {
            int port = startGateway();
            var builder =
                    NettyChannelBuilder.forAddress(new InetSocketAddress(LOOPBACK, port))
                            .flowControlWindow(WINDOW)
                            .maxInboundMessageSize(MOST_OCTETS)
                            .overrideAuthority("interop.example");
            return tls
                    ? builder.sslContext(
                            GrpcSslContexts.forClient().trustManager(file("ca.pem")).build())
                    : builder.usePlaintext();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int startGateway() throws IOException {
        String yaml =
                Files.readString(Path.of("src/test/resources/interop.yaml"))
                        .replace("PORT", Integer.toString(serverPort));
        yaml =
                tls
                        ? yaml.replace("FOLDER", System.getProperty(FOLDER, ""))
                        : yaml.replaceAll("(?m)^.*# TLS\\n", "");
        if (!(new ConfigFile(Map.of()).loadYaml("interop", yaml)
                instanceof LoadResult.Loaded loaded)) {
            throw new IllegalStateException("the configuration is not understood");
        }
        var log = new Log(new PrintStream(OutputStream.nullOutputStream()), Log.Level.OFF);
        var started = new Assembly(loaded, 1, new Gateway.Drain(Duration.ZERO, false), log);
        gateway = started;
        var address = started.gateway().listeners().getFirst().address();
        return ((InetSocketAddress) requireNonNull(address)).getPort();
    }

    /** After the channel and the server are gone. */
    @After
    public void stopGateway() {
        if (gateway != null) {
            gateway.close();
        }
    }

    /** Without the probe, which grpc-java's own server does not answer. */
    @Test
    public void compressedRequests() throws Exception {
        clientCompressedUnary(false);
        clientCompressedStreaming(false);
    }

    @Override
    protected boolean metricsExpected() {
        return false; // of the client's and the server's own instruments
    }

    @Override
    public void getServerAddressAndLocalAddressFromClient() {
        // The other end of either connection is the gateway.
    }
}
