package io.postern.app.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;

/**
 * Sends every request of the demo to a running one, so that the AOT cache of {@code bin/postern}
 * knows the classes and the hot code that requests need.
 *
 * @param rounds how often everything is sent
 */
record Rehearsal(Demo demo, int rounds) {
    private static final int TIMEOUT_MILLIS = 30_000;

    /** Sends them, several times over; the answers do not matter, that they come does. */
    void run() throws IOException {
        int port = URI.create(demo.gateway()).getPort();
        for (int round = 0; round < rounds; round++) {
            for (DemoStep step : DemoStep.all()) {
                for (DemoRequest request : step.requests()) {
                    send(port, request.octets());
                }
            }
        }
        int admin = URI.create(demo.admin()).getPort();
        for (String page : new String[] {"/stats", "/clusters", "/config_dump", "/ready"}) {
            send(admin, DemoRequest.get(page, 200).octets());
        }
    }

    private static void send(int port, byte[] octets) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(octets);
            InputStream in = socket.getInputStream();
            if (in.readAllBytes().length == 0) {
                throw new IOException("the demo did not answer");
            }
        }
    }
}
