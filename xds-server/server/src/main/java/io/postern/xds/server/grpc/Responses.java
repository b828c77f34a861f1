package io.postern.xds.server.grpc;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.postern.xds.server.protocol.Outgoing;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Responses, of which most octets were made for many streams: copied once, into the network. */
final class Responses implements Marshaller<Outgoing> {
    @Override
    public InputStream stream(Outgoing value) {
        return new Parts(value);
    }

    @Override
    public Outgoing parse(InputStream stream) {
        throw new UnsupportedOperationException("bug: a server does not read responses");
    }

    /** The two arrays, one after the other. */
    private static final class Parts extends InputStream implements KnownLength, Drainable {
        private final Outgoing response;
        private int position;

        Parts(Outgoing response) {
            this.response = response;
        }

        @Override
        public int available() {
            return response.size() - position;
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int length = available();
            int inShared = Math.min(position, response.shared().length);
            target.write(response.shared(), inShared, response.shared().length - inShared);
            int inOwn = position - inShared;
            target.write(response.own(), inOwn, response.own().length - inOwn);
            position += length;
            return length;
        }

        @Override
        public int read() {
            if (available() == 0) {
                return -1;
            }
            int at = position++;
            byte[] shared = response.shared();
            return (at < shared.length ? shared[at] : response.own()[at - shared.length]) & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (available() == 0) {
                return length == 0 ? 0 : -1;
            }
            byte[] shared = response.shared();
            boolean first = position < shared.length;
            byte[] part = first ? shared : response.own();
            int at = first ? position : position - shared.length;
            int count = Math.min(length, part.length - at);
            System.arraycopy(part, at, into, offset, count);
            position += count;
            return count;
        }
    }
}
