package io.postern.xds.resources.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The octets of messages, the same in every process: maps in the order of their keys. */
public final class Deterministic {
    private Deterministic() {}

    /** The octets of {@code message}. */
    public static ByteString bytes(Message message) {
        var bytes = new ByteArrayOutputStream(message.getSerializedSize());
        try {
            var out = CodedOutputStream.newInstance(bytes);
            out.useDeterministicSerialization();
            message.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("bug: memory that cannot be written", e);
        }
        return ByteString.copyFrom(bytes.toByteArray());
    }
}
