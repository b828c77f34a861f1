package io.postern.xds.server.store;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KeyValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Values that may be larger than a request of etcd (1.5 MiB): packed, and in parts {@code
 * FOLDER/WRITER/0000}, where every writing has a name of its own, so that two writers never mix
 * theirs. A value is there when the key is that says so, which is up to the caller.
 */
final class EtcdParts {
    private static final int PART_OCTETS = 1 << 20;

    /** Of one value, unpacked: four times what all revisions together may have. */
    private static final int MOST_OCTETS = 1 << 30;

    private final EtcdClient client;
    private final RandomGenerator random;

    EtcdParts(EtcdClient client, RandomGenerator random) {
        this.client = client;
        this.random = random;
    }

    /** What the key of a value says. */
    record Entry(String writer, int parts, long octets) {
        static Entry of(KeyValue pair) throws IOException {
            String[] words = pair.getValue().toStringUtf8().split(" ", -1);
            try {
                return new Entry(words[0], Integer.parseInt(words[1]), Long.parseLong(words[2]));
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                throw new IOException("no value in parts: " + pair.getKey().toStringUtf8(), e);
            }
        }

        ByteString text() {
            return ByteString.copyFromUtf8(writer + " " + parts + " " + octets);
        }
    }

    /**
     * A value of which all parts but the last are written.
     *
     * @param key of the last part
     */
    record Begun(Entry entry, ByteString key, ByteString last) {
        /** Writes the last part, and what says so. */
        EtcdChange finish(EtcdChange change, ByteString said) {
            return change.put(key, last).put(said, entry.text());
        }
    }

    Begun begin(String folder, byte[] value) throws IOException {
        List<ByteString> parts = split(value);
        long octets = parts.stream().mapToLong(ByteString::size).sum();
        String writer = HexFormat.of().toHexDigits(random.nextLong());
        var entry = new Entry(writer, parts.size(), octets);
        for (int i = 0; i < parts.size() - 1; i++) {
            client.put(part(folder, entry, i), parts.get(i));
        }
        ByteString key = part(folder, entry, parts.size() - 1);
        return new Begun(entry, key, parts.getLast());
    }

    /** The value; null: it is not kept any more. */
    byte @Nullable [] read(String folder, Entry entry) throws IOException {
        var octets = new ByteArrayOutputStream();
        for (int i = 0; i < entry.parts(); i++) {
            KeyValue part = client.get(part(folder, entry, i));
            if (part == null) {
                return null;
            }
            part.getValue().writeTo(octets);
        }
        try (var in = new GZIPInputStream(new ByteArrayInputStream(octets.toByteArray()))) {
            return in.readNBytes(MOST_OCTETS);
        }
    }

    void delete(String folder, Entry entry) throws IOException {
        String own = folder + "/" + entry.writer();
        client.delete(ByteString.copyFromUtf8(own + "/"), ByteString.copyFromUtf8(own + "0"));
    }

    private static List<ByteString> split(byte[] value) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(value);
        }
        ByteString all = ByteString.copyFrom(packed.toByteArray());
        List<ByteString> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += PART_OCTETS) {
            parts.add(all.substring(from, Math.min(from + PART_OCTETS, all.size())));
        }
        return parts;
    }

    private static ByteString part(String folder, Entry entry, int index) {
        String number = String.format("%04d", index);
        return ByteString.copyFromUtf8(folder + "/" + entry.writer() + "/" + number);
    }
}
