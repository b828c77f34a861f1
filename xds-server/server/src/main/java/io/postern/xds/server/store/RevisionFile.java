package io.postern.xds.server.store;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.postern.config.envoy.ResourceTranslator;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Place;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.Spot;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.GroupResources;
import io.postern.xds.resources.NodeSelector;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A revision as octets, with a checksum behind it: half a file is told from a whole one. */
final class RevisionFile {
    private static final int FORMAT = 0x50_4f_53_01; // "POS", version 1

    private RevisionFile() {}

    static byte[] write(Revision revision) throws IOException {
        var octets = new ByteArrayOutputStream();
        var out = new DataOutputStream(octets);
        out.writeInt(FORMAT);
        out.writeLong(revision.number());
        out.writeLong(revision.at().toEpochMilli());
        text(revision.who(), out);
        texts(revision.what(), out);
        text(revision.content(), out);
        text(revision.holds(), out);
        out.writeInt(revision.groups().size());
        for (GroupResources group : revision.groups()) {
            group(group, out);
        }
        out.write(Checksum.of(octets.toByteArray(), octets.size()));
        return octets.toByteArray();
    }

    private static void group(GroupResources group, DataOutputStream out) throws IOException {
        text(group.name(), out);
        NodeSelector selector = group.selector();
        texts(new TreeSet<>(selector.ids()), out);
        texts(new TreeSet<>(selector.clusters()), out);
        var metadata = new TreeMap<>(selector.metadata());
        texts(metadata.keySet(), out);
        texts(metadata.values(), out);
        text(audience(selector), out);
        out.writeInt(group.resources().size());
        for (Message resource : group.resources()) {
            text(resource.getDescriptorForType().getFullName(), out);
            octets(resource.toByteArray(), out);
        }
    }

    // AUDIENCE, or AUDIENCE SHARE SEED
    private static String audience(NodeSelector selector) {
        NodeSelector.Part part = selector.part();
        String name = selector.audience().name();
        return part == null ? name : name + " " + part.share() + " " + part.seed();
    }

    private static NodeSelector selector(
            Set<String> ids, Set<String> clusters, Map<String, String> metadata, String audience)
            throws IOException {
        String[] words = audience.split(" ", 3);
        try {
            var all = new NodeSelector(ids, clusters, metadata, Audience.valueOf(words[0]));
            return words.length < 3
                    ? all
                    : all.only(new NodeSelector.Part(words[2], Integer.parseInt(words[1])));
        } catch (IllegalArgumentException e) {
            throw new IOException("a selector that is none: " + audience, e);
        }
    }

    private static void text(String text, DataOutputStream out) throws IOException {
        octets(text.getBytes(StandardCharsets.UTF_8), out);
    }

    private static void octets(byte[] octets, DataOutputStream out) throws IOException {
        out.writeInt(octets.length);
        out.write(octets);
    }

    private static void texts(Collection<String> texts, DataOutputStream out) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            text(text, out);
        }
    }

    /**
     * Reads one.
     *
     * @throws IOException when it is damaged
     */
    static Revision read(byte[] octets) throws IOException {
        if (!Checksum.isGood(octets)) {
            throw new IOException("damaged: the checksum is wrong");
        }
        var in =
                new DataInputStream(
                        new ByteArrayInputStream(octets, 0, octets.length - Checksum.OCTETS));
        if (in.readInt() != FORMAT) {
            throw new IOException("of another version of this program");
        }
        long number = in.readLong();
        var at = Instant.ofEpochMilli(in.readLong());
        String who = text(in);
        List<String> what = texts(in);
        String content = text(in);
        String holds = text(in);
        var translator = new ResourceTranslator(Map.of());
        List<GroupResources> groups = new ArrayList<>();
        for (int count = in.readInt(); count > 0; count--) {
            groups.add(group(in, translator));
        }
        return new Revision(number, at, who, what, content, holds, groups);
    }

    private static GroupResources group(DataInputStream in, ResourceTranslator translator)
            throws IOException {
        String name = text(in);
        Set<String> ids = new HashSet<>(texts(in));
        Set<String> clusters = new HashSet<>(texts(in));
        List<String> keys = texts(in);
        List<String> values = texts(in);
        Map<String, String> metadata = new TreeMap<>();
        for (int i = 0; i < keys.size(); i++) {
            metadata.put(keys.get(i), values.get(i));
        }
        var selector = selector(ids, clusters, metadata, text(in));
        List<Message> resources = new ArrayList<>();
        for (int count = in.readInt(); count > 0; count--) {
            resources.add(message(text(in), octets(in), translator));
        }
        return new GroupResources(name, selector, resources);
    }

    private static Message message(String name, byte[] octets, ResourceTranslator translator)
            throws IOException {
        ResourceType type = ResourceType.of(name);
        var diagnostics = new Diagnostics();
        Message message =
                type == null
                        ? null
                        : translator.unpack(
                                type,
                                Any.newBuilder()
                                        .setTypeUrl(type.typeUrl())
                                        .setValue(ByteString.copyFrom(octets))
                                        .build(),
                                Spot.root(new NullNode(Place.of("revision"))),
                                diagnostics);
        if (message == null) {
            throw new IOException("a " + name + " that cannot be read");
        }
        return message;
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(octets(in), StandardCharsets.UTF_8);
    }

    private static byte[] octets(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] octets = in.readNBytes(length);
        if (octets.length != length) {
            throw new IOException("damaged: it ends early");
        }
        return octets;
    }

    private static List<String> texts(DataInputStream in) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int count = in.readInt(); count > 0; count--) {
            texts.add(text(in));
        }
        return texts;
    }
}
