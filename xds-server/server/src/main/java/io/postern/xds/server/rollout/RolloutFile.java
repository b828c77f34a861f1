package io.postern.xds.server.rollout;

import com.google.protobuf.Any;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.rollout.TriedVersion;
import io.postern.xds.server.store.Checksum;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a filter, as octets with a checksum: its last good version, code included, and
 * how far its candidate has come.
 *
 * @param filter {@code wasm/default/waf}
 */
record RolloutFile(String filter, Tracked tracked) {
    private static final int FORMAT = 0x50_4f_52_02; // "POR", version 2
    private static final int WITHOUT_FORMER = 0x50_4f_52_01;

    byte[] octets() throws IOException {
        var octets = new ByteArrayOutputStream();
        var out = new DataOutputStream(octets);
        out.writeInt(FORMAT);
        out.writeUTF(filter);
        out.writeUTF(tracked.lastGood().id());
        Map<Audience, Any> configs = new TreeMap<>(tracked.lastGood().configs());
        out.writeInt(configs.size());
        for (var config : configs.entrySet()) {
            out.writeUTF(config.getKey().name());
            byte[] any = config.getValue().toByteArray();
            out.writeInt(any.length);
            out.write(any);
        }
        trial(tracked.trial(), out);
        out.writeInt(tracked.former().size());
        for (String id : tracked.former()) {
            out.writeUTF(id);
        }
        out.write(Checksum.of(octets.toByteArray(), octets.size()));
        return octets.toByteArray();
    }

    private static void trial(@Nullable Trial trial, DataOutputStream out) throws IOException {
        out.writeBoolean(trial != null);
        if (trial != null) {
            out.writeUTF(trial.candidate());
            out.writeUTF(trial.state().name());
            out.writeInt(trial.step());
            out.writeLong(trial.since().toEpochMilli());
            out.writeUTF(trial.reason());
        }
    }

    /** Reads them; {@code IOException} says what is wrong. */
    static RolloutFile read(byte[] octets) throws IOException {
        if (!Checksum.isGood(octets)) {
            throw new IOException("the checksum is wrong");
        }
        var in =
                new DataInputStream(
                        new ByteArrayInputStream(octets, 0, octets.length - Checksum.OCTETS));
        int format = in.readInt();
        if (format != FORMAT && format != WITHOUT_FORMER) {
            throw new IOException("it is of another version of this program");
        }
        String filter = in.readUTF();
        String id = in.readUTF();
        Map<Audience, Any> configs = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            Audience audience = Audience.valueOf(in.readUTF());
            configs.put(audience, Any.parseFrom(in.readNBytes(in.readInt())));
        }
        Trial trial =
                in.readBoolean()
                        ? new Trial(
                                in.readUTF(),
                                Trial.State.valueOf(in.readUTF()),
                                in.readInt(),
                                Instant.ofEpochMilli(in.readLong()),
                                Totals.NONE,
                                in.readUTF())
                        : null;
        List<String> former = new ArrayList<>();
        for (int left = format == FORMAT ? in.readInt() : 0; left > 0; left--) {
            former.add(in.readUTF());
        }
        return new RolloutFile(filter, new Tracked(new TriedVersion(id, configs), trial, former));
    }

    /** What a filter's file is called: its name may have any characters. */
    static String name(String filter) {
        byte[] octets = filter.getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(Checksum.of(octets, octets.length));
    }
}
