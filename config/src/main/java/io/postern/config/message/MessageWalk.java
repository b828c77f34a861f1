package io.postern.config.message;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Spot;
import java.util.List;

/**
 * Goes through a message and everything in it, what stands in an {@code Any} included: checks the
 * declared constraints and shows each message to a visitor.
 *
 * <p>Confined to the loading thread.
 */
public final class MessageWalk {
    /** Is shown every message that is set, parents first. */
    public interface Visitor {
        /** Whether to go on with the fields of {@code message}. */
        boolean enter(Message message, Spot spot);

        /** Whether to go on with this set field. */
        boolean enterField(Message message, FieldDescriptor field, Spot spot);

        /** Whether to go on with what {@code any}, a field of {@code owner}, contains. */
        boolean enterAny(Message owner, Any any, Spot spot);
    }

    private final MessageTypes types;
    private final Constraints constraints;
    private final Visitor visitor;
    private boolean valid = true;

    public MessageWalk(MessageTypes types, Diagnostics diagnostics, Visitor visitor) {
        this.types = types;
        this.constraints = new Constraints(diagnostics);
        this.visitor = visitor;
    }

    /** Whether {@code message} and all in it keep to their constraints. */
    public boolean walk(Message message, Spot spot) {
        message(message, spot);
        return valid;
    }

    private void message(Message message, Spot spot) {
        if (!visitor.enter(message, spot)) {
            return;
        }
        valid &= constraints.check(message, spot);
        for (var set : message.getAllFields().entrySet()) {
            var field = set.getKey();
            var at = spot.field(field.getName());
            if (!visitor.enterField(message, field, at) || !holdsMessages(field)) {
                continue;
            }
            if (!field.isRepeated()) {
                value(message, (Message) set.getValue(), at);
                continue;
            }
            int index = 0;
            for (var element : (List<?>) set.getValue()) {
                if (element instanceof MapEntry<?, ?> entry) {
                    value(message, (Message) entry.getValue(), at.key(entry.getKey().toString()));
                } else {
                    value(message, (Message) element, at.index(index++));
                }
            }
        }
    }

    private static boolean holdsMessages(FieldDescriptor field) {
        var holder = field.isMapField() ? field.getMessageType().findFieldByNumber(2) : field;
        return holder.getJavaType() == JavaType.MESSAGE;
    }

    private void value(Message owner, Message message, Spot spot) {
        if (message instanceof Any any) {
            if (!any.getTypeUrl().isEmpty() && visitor.enterAny(owner, any, spot)) {
                message(unpack(any, types), spot);
            }
        } else if (!WellKnownTypes.isSpecial(message.getDescriptorForType())) {
            message(message, spot);
        }
    }

    private static Message unpack(Any any, MessageTypes types) {
        var prototype = types.prototype(MessageTypes.nameOf(any.getTypeUrl()));
        if (prototype == null) {
            throw new IllegalStateException("bug: not read: " + any.getTypeUrl());
        }
        try {
            return prototype.getParserForType().parseFrom(any.getValue());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("bug: not the bytes of a " + any.getTypeUrl(), e);
        }
    }
}
