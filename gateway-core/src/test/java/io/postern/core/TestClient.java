package io.postern.core;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One keep-alive connection to a listener. */
final class TestClient implements AutoCloseable {
    private final Socket socket = new Socket();

    TestClient(Gateway gateway) {
        this(gateway, "main");
    }

    TestClient(Gateway gateway, String listener) {
        var address =
                gateway.listeners().stream()
                        .filter(one -> one.config().name().equals(listener))
                        .findFirst()
                        .orElseThrow()
                        .address();
        int port = ((InetSocketAddress) requireNonNull(address)).getPort();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout(20_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Status and body of the answer. */
    String get(String path) {
        try {
            var request = "GET " + path + " HTTP/1.1\r\nhost: test\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var head = new StringBuilder();
            InputStream in = socket.getInputStream();
            while (head.indexOf("\r\n\r\n") < 0) {
                int octet = in.read();
                if (octet < 0) {
                    return "closed after " + head;
                }
                head.append((char) octet);
            }
            int at = head.indexOf("content-length: ") + "content-length: ".length();
            int length = Integer.parseInt(head.substring(at, head.indexOf("\r\n", at)));
            var body = new String(in.readNBytes(length), StandardCharsets.US_ASCII);
            return head.substring(9, 12) + " " + body;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the gateway closes. */
    void awaitEnd() {
        try {
            int octet = socket.getInputStream().read();
            if (octet >= 0) {
                throw new AssertionError("unexpected octet " + octet);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
