package io.postern.xds.resources.envoy;

import static io.postern.xds.resources.attach.Conditions.ACCEPTED;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.postern.config.envoy.ResourceTranslator;
import io.postern.config.message.MessageReader;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Diagnostics;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Envoy's own messages in EnvoyResources. */
public final class RawResources {
    private final MessageTypes types = new MessageTypes();
    private final Translating translating;

    public RawResources(Translating translating) {
        this.translating = translating;
    }

    private record Raw(ResourceType type, String name, Message message) {}

    /** Adds those of {@code document} to a group, all or none. */
    public void add(Document document, GroupDraft group) {
        var draft = translating.statuses().of(document);
        var all = new ArrayList<Raw>();
        boolean good = true;
        for (var resource : document.spec().items("resources")) {
            var raw = read(document, resource);
            if (raw == null) {
                good = false;
            } else if (group.has(raw.type(), raw.name())) {
                var message = "another document has made a resource of this name: " + raw.name();
                draft.error(resource, message, "give it another name");
                draft.conditions().fail(ACCEPTED, "Conflicted", message);
                good = false;
            } else {
                all.add(raw);
            }
        }
        if (good) {
            all.forEach(raw -> group.add(raw.type(), raw.message(), document));
        } else {
            draft.conditions().fail(ACCEPTED, "Invalid", "not all of it could be read");
        }
    }

    private @Nullable Raw read(Document document, Tree resource) {
        var draft = translating.statuses().of(document);
        var url = resource.entry("@type").text();
        var name = MessageTypes.nameOf(url);
        var type = type(name);
        var prototype = types.prototype(name);
        if (type == null || prototype == null) {
            var known =
                    Stream.of(ResourceType.values())
                            .map(ResourceType::typeUrl)
                            .collect(Collectors.joining(", "));
            draft.error(resource, "\"@type\" is \"" + url + "\"", "expected: one of " + known);
            return null;
        }
        var diagnostics = new Diagnostics();
        var read = DynamicMessage.newBuilder(prototype.getDescriptorForType());
        new MessageReader(types, diagnostics).read(resource.node(), read, resource.spot());
        if (diagnostics.hasErrors()) {
            diagnostics.errors().forEach(draft::error);
            return null;
        }
        try {
            var message = prototype.getParserForType().parseFrom(read.build().toByteString());
            var known = ResourceTranslator.nameOf(type, message);
            if (known.isEmpty()) {
                draft.error(resource, "it has no name", "");
                return null;
            }
            return new Raw(type, known, message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("bug: a message that cannot be read again", e);
        }
    }

    private static @Nullable ResourceType type(String name) {
        return List.of(ResourceType.values()).stream()
                .filter(one -> one.message().equals(name))
                .findFirst()
                .orElse(null);
    }
}
