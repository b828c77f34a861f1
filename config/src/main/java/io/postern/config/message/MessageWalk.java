package io.postern.config.message;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Spot;
import java.util.List;

/**
 * Goes through a message and everything in it, what stands in an {@code Any} included: checks the
 * declared constraints and shows each message to a visitor.
 *
 * <p>Walks dynamic messages: looking into generated ones by descriptor would load the class of
 * every field of every message, several hundred of them, for what a start does once. Confined to
 * the loading thread.
 */
public final class MessageWalk {
    /** Is shown every message that is set, parents first. */
    public interface Visitor {
        /** Whether to go on with the fields of {@code message}. */
        boolean enter(Message message, Spot spot);

        /** Whether to go on with this set field. */
        boolean enterField(Message message, FieldDescriptor field, Spot spot);

        /** Whether to go on with the Any of {@code typeUrl}, in a field of {@code owner}. */
        boolean enterAny(Message owner, String typeUrl, Spot spot);
    }

    private static final int MOST_ANYS = 20;

    private final MessageTypes types;
    private final Visitor visitor;
    private final Diagnostics diagnostics;
    private boolean valid = true;
    private int depth;

    public MessageWalk(MessageTypes types, Diagnostics diagnostics, Visitor visitor) {
        this.types = types;
        this.visitor = visitor;
        this.diagnostics = diagnostics;
    }

    /**
     * Whether {@code message} and all in it keep to their constraints.
     *
     * @param generated the same message as an instance of its class
     */
    public boolean walk(DynamicMessage message, Message generated, Spot spot) {
        valid &= types.constraints().check(generated, spot, diagnostics);
        message(message, spot);
        return valid;
    }

    private void message(Message message, Spot spot) {
        if (!visitor.enter(message, spot)) {
            return;
        }
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
                if (field.isMapField()) {
                    entry(message, (Message) element, at);
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

    private void entry(Message owner, Message entry, Spot spot) {
        var type = entry.getDescriptorForType();
        var key = entry.getField(type.findFieldByNumber(1)).toString();
        value(owner, (Message) entry.getField(type.findFieldByNumber(2)), spot.key(key));
    }

    private void value(Message owner, Message message, Spot spot) {
        var type = message.getDescriptorForType();
        if (type.getFullName().equals("google.protobuf.Any")) {
            var url = (String) message.getField(type.findFieldByNumber(1));
            if (!url.isEmpty() && visitor.enterAny(owner, url, spot)) {
                any(url, (ByteString) message.getField(type.findFieldByNumber(2)), spot);
            }
        } else if (!WellKnownTypes.isSpecial(type)) {
            message(message, spot);
        }
    }

    // Parsing bounds how deep messages lie in one another, except where octets stand between them.
    private void any(String typeUrl, ByteString octets, Spot spot) {
        if (depth == MOST_ANYS) {
            refuse(spot, "more than " + MOST_ANYS + " messages packed into one another");
            return;
        }
        var type = MessageTypes.nameOf(typeUrl);
        var prototype = types.prototype(type);
        if (prototype == null) {
            refuse(spot, "no such type: \"" + typeUrl + "\"");
            return;
        }
        depth++;
        try {
            Message generated = prototype.getParserForType().parseFrom(octets);
            valid &= types.constraints().check(generated, spot, diagnostics);
            message(DynamicMessage.parseFrom(prototype.getDescriptorForType(), octets), spot);
        } catch (InvalidProtocolBufferException e) {
            refuse(spot, "octets that are no " + type + ": " + e.getMessage());
        } finally {
            depth--;
        }
    }

    private void refuse(Spot spot, String what) {
        diagnostics.error(spot, what);
        valid = false;
    }
}
