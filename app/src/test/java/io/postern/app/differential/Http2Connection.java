package io.postern.app.differential;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * The smallest HTTP/2 endpoint (RFC 9113) that can play both sides and breaks rules when told to:
 * it checks nothing that it sends. It announces huge receive windows and obeys the peer's. A
 * virtual thread reads; writers hold the monitor of the connection.
 */
final class Http2Connection implements AutoCloseable {
    static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME_BYTES = 16_384;
    private static final int HUGE_WINDOW_BYTES = 1 << 30;
    private static final int CORKED_BYTES = 1 << 17;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final Hpack hpack = new Hpack();
    private final SendWindows windows = new SendWindows();
    private final Map<Integer, Http2Stream> streams = new ConcurrentHashMap<>();
    private final BiConsumer<Integer, Http2Stream> onNewStream;
    private final CountDownLatch pong = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);
    private volatile String farewell = "";
    private boolean corked;

    /**
     * Takes the socket over. {@code onNewStream} is called on the reader for streams of the peer.
     */
    Http2Connection(Socket socket, InputStream in, BiConsumer<Integer, Http2Stream> onNewStream)
            throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(in);
        this.out = new BufferedOutputStream(socket.getOutputStream(), CORKED_BYTES);
        this.onNewStream = onNewStream;
    }

    void startClient() throws IOException {
        out.write(PREFACE);
        startServer();
    }

    /** The preface of the client has been read already. */
    void startServer() throws IOException {
        ByteBuffer settings = ByteBuffer.allocate(6);
        settings.putShort((short) 0x4).putInt(HUGE_WINDOW_BYTES);
        frame(0x4, 0, 0, settings.array());
        frame(0x8, 0, 0, ByteBuffer.allocate(4).putInt(HUGE_WINDOW_BYTES).array());
        Thread.ofVirtual().start(this::readAll);
    }

    /** Opens a stream of our own and sends its head. */
    Http2Stream open(int id, List<Header> headers, boolean end) throws IOException {
        Http2Stream stream = new Http2Stream();
        streams.put(id, stream);
        headers(id, headers, end);
        return stream;
    }

    synchronized void headers(int id, List<Header> headers, boolean end) throws IOException {
        byte[] block = hpack.encode(id, headers);
        int at = Math.min(block.length, FRAME_BYTES);
        boolean whole = at == block.length;
        frame(0x1, (end ? 0x1 : 0) | (whole ? 0x4 : 0), id, Arrays.copyOf(block, at));
        while (at < block.length) {
            int next = Math.min(block.length, at + FRAME_BYTES);
            int flags = next == block.length ? 0x4 : 0;
            frame(0x9, flags, id, Arrays.copyOfRange(block, at, next));
            at = next;
        }
    }

    /** Sends the body in frames as the peer's windows allow; stops when the stream is broken. */
    void data(int id, byte[] body, boolean end) throws IOException, InterruptedException {
        int at = 0;
        while (at < body.length) {
            int size = windows.take(id, Math.min(FRAME_BYTES, body.length - at));
            Http2Stream stream = streams.get(id);
            if (size == 0 || (stream != null && stream.broken())) {
                return;
            }
            boolean last = end && at + size == body.length;
            frame(0x0, last ? 0x1 : 0, id, Arrays.copyOfRange(body, at, at + size));
            at += size;
        }
        if (body.length == 0 && end) {
            frame(0x0, 0x1, id, new byte[0]);
        }
    }

    void reset(int id, int code) throws IOException {
        frame(0x3, 0, id, ByteBuffer.allocate(4).putInt(code).array());
    }

    synchronized void frame(int type, int flags, int id, byte[] payload) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(9 + payload.length);
        head.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        head.put((byte) type).put((byte) flags).putInt(id).put(payload);
        out.write(head.array());
        if (!corked) {
            out.flush();
        }
    }

    /**
     * Keeps frames back until {@link #uncork}: the peer reads them at once, whatever the scheduler
     * does. Only for less than a window of data.
     */
    synchronized void cork() {
        corked = true;
    }

    synchronized void uncork() throws IOException {
        corked = false;
        out.flush();
    }

    /** {@code open} when the peer answers a PING, else {@code closed}, with its GOAWAY code. */
    String probe(Duration bound) throws InterruptedException {
        try {
            frame(0x6, 0, 0, new byte[8]);
        } catch (IOException _) {
            return "closed" + farewell;
        }
        long deadline = System.nanoTime() + bound.toNanos();
        while (System.nanoTime() < deadline) {
            if (gone.await(5, TimeUnit.MILLISECONDS)) {
                return "closed" + farewell;
            }
            if (pong.getCount() == 0) {
                return "open" + farewell;
            }
        }
        return "silent" + farewell;
    }

    private void readAll() {
        try {
            while (true) {
                int size = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int id = in.readInt() & Integer.MAX_VALUE;
                onFrame(type, flags, id, in.readNBytes(size));
            }
        } catch (IOException _) {
            gone.countDown();
            windows.close();
            streams.values().forEach(stream -> stream.finish(Message.CUT));
        }
    }

    private void onFrame(int type, int flags, int id, byte[] payload) throws IOException {
        ByteBuffer fields = ByteBuffer.wrap(payload);
        switch (type) {
            case 0x0 -> stream(id).onData(unpadded(flags, payload, 0), (flags & 0x1) != 0);
            case 0x1 -> onHeaders(flags, id, unpadded(flags, payload, (flags & 0x20) != 0 ? 5 : 0));
            case 0x3 -> {
                stream(id).finish("reset(" + errorName(fields.getInt()) + ")");
                windows.release(id);
            }
            case 0x4 -> onSettings(flags, fields);
            case 0x6 -> {
                if ((flags & 0x1) != 0) {
                    pong.countDown();
                } else {
                    frame(0x6, 0x1, 0, payload);
                }
            }
            case 0x7 -> {
                fields.getInt();
                farewell = " after GOAWAY " + errorName(fields.getInt());
            }
            case 0x8 -> windows.add(id, fields.getInt());
            default -> {
                // PRIORITY and unknown types mean nothing here
            }
        }
    }

    private void onHeaders(int flags, int id, byte[] first) throws IOException {
        byte[] block = first;
        boolean whole = (flags & 0x4) != 0;
        while (!whole) {
            int size = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            in.readUnsignedByte();
            whole = (in.readUnsignedByte() & 0x4) != 0;
            in.readInt();
            byte[] more = in.readNBytes(size);
            int at = block.length;
            block = Arrays.copyOf(block, at + more.length);
            System.arraycopy(more, 0, block, at, more.length);
        }
        boolean known = streams.containsKey(id);
        Http2Stream stream = stream(id);
        stream.onHeaders(hpack.decode(id, block), (flags & 0x1) != 0);
        if (!known) {
            onNewStream.accept(id, stream);
        }
    }

    private void onSettings(int flags, ByteBuffer fields) throws IOException {
        if ((flags & 0x1) != 0) {
            return;
        }
        while (fields.remaining() >= 6) {
            int key = fields.getShort();
            int value = fields.getInt();
            if (key == 0x1) {
                hpack.limitTable(value);
            } else if (key == 0x4) {
                windows.initial(value);
            }
        }
        frame(0x4, 0x1, 0, new byte[0]);
    }

    private Http2Stream stream(int id) {
        return streams.computeIfAbsent(id, _ -> new Http2Stream());
    }

    private static byte[] unpadded(int flags, byte[] payload, int skipped) {
        int padded = (flags & 0x8) != 0 ? 1 : 0;
        int padding = padded == 1 ? payload[0] & 0xff : 0;
        return Arrays.copyOfRange(payload, skipped + padded, payload.length - padding);
    }

    private static String errorName(int code) {
        List<String> names =
                List.of(
                        "NO_ERROR",
                        "PROTOCOL_ERROR",
                        "INTERNAL_ERROR",
                        "FLOW_CONTROL_ERROR",
                        "SETTINGS_TIMEOUT",
                        "STREAM_CLOSED",
                        "FRAME_SIZE_ERROR",
                        "REFUSED_STREAM",
                        "CANCEL",
                        "COMPRESSION_ERROR",
                        "CONNECT_ERROR",
                        "ENHANCE_YOUR_CALM",
                        "INADEQUATE_SECURITY",
                        "HTTP_1_1_REQUIRED");
        return code >= 0 && code < names.size()
                ? names.get(code)
                : "0x" + Integer.toHexString(code);
    }

    /** Ends the connection with a TCP reset instead of a FIN. */
    void abort() throws SocketException {
        socket.setSoLinger(true, 0);
        close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // the peer was faster
        }
    }
}
