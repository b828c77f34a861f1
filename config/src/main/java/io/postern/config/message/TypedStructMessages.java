package io.postern.config.message;

import com.github.xds.type.v3.TypedStruct;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Spot;
import io.postern.config.source.TypedStructs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the messages that typed structs stand for in their places, in resources that come as octets;
 * {@link TypedStructs} does it for texts. Confined to the control thread.
 */
public final class TypedStructMessages {
    private static final int MOST_ANYS = 32; // what is deeper is refused by those who walk messages
    private static final String ANY = "google.protobuf.Any";

    private final MessageTypes types;
    private final Diagnostics diagnostics;
    private int depth;

    public TypedStructMessages(MessageTypes types, Diagnostics diagnostics) {
        this.types = types;
        this.diagnostics = diagnostics;
    }

    /** Whether a message in {@code octets} may have one. */
    public static boolean mayBeIn(ByteString octets) {
        return TypedStructs.mayBeIn(octets.toString(StandardCharsets.ISO_8859_1));
    }

    /** {@code message} without them; itself when it has none. */
    public Message written(Message message, Spot spot) {
        Message.Builder fresh = null;
        for (var set : message.getAllFields().entrySet()) {
            FieldDescriptor field = set.getKey();
            if (field.getJavaType() != JavaType.MESSAGE) {
                continue;
            }
            Object before = set.getValue();
            Spot at = spot.field(field.getName());
            Object after =
                    field.isRepeated() ? all((List<?>) before, at) : one((Message) before, at);
            if (!after.equals(before)) {
                fresh = fresh == null ? message.toBuilder() : fresh;
                fresh.setField(field, after);
            }
        }
        return fresh == null ? message : fresh.build();
    }

    private List<?> all(List<?> before, Spot spot) {
        boolean changed = false;
        var after = new ArrayList<Message>(before.size());
        for (Object element : before) {
            Message fresh = one((Message) element, spot.index(after.size()));
            changed |= !fresh.equals(element);
            after.add(fresh);
        }
        return changed ? after : before;
    }

    private Message one(Message message, Spot spot) {
        var type = message.getDescriptorForType();
        if (!type.getFullName().equals(ANY)) {
            return written(message, spot);
        }
        var url = (String) message.getField(type.findFieldByNumber(1));
        var octets = (ByteString) message.getField(type.findFieldByNumber(2));
        boolean struct = TypedStructs.isName(MessageTypes.nameOf(url));
        if (depth == MOST_ANYS || (!struct && !mayBeIn(octets))) {
            return message;
        }
        depth++;
        try {
            Any any = struct ? meant(TypedStruct.parseFrom(octets), spot) : any(url, octets, spot);
            return any == null ? message : message.toBuilder().clear().mergeFrom(any).build();
        } catch (InvalidProtocolBufferException _) {
            return message; // told by those who walk messages
        } finally {
            depth--;
        }
    }

    private @Nullable Any any(String url, ByteString octets, Spot spot)
            throws InvalidProtocolBufferException {
        Message prototype = types.prototype(MessageTypes.nameOf(url));
        if (prototype == null) {
            return null;
        }
        Message before = prototype.getParserForType().parseFrom(octets);
        Message after = written(before, spot);
        return after.equals(before)
                ? null
                : Any.newBuilder().setTypeUrl(url).setValue(after.toByteString()).build();
    }

    // Both have the same fields. Null: its extension reads structs.
    private @Nullable Any meant(TypedStruct struct, Spot spot) {
        if (struct.getTypeUrl().isEmpty()) {
            return null;
        }
        var any = Any.newBuilder();
        var fields = Structs.entries(struct.getValue(), spot.place());
        var tree = TypedStructs.written(struct.getTypeUrl(), fields, spot.place(), diagnostics);
        new MessageReader(types, diagnostics).read(tree, any, spot);
        return any.build();
    }
}
