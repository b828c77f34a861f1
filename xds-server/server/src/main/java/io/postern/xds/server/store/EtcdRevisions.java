package io.postern.xds.server.store;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
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
 * Revisions as keys of etcd:
 *
 * <pre>
 *   PREFIX/head                         the number of the newest revision
 *   PREFIX/revisions/0000000007         who wrote it, in how many parts, of how many octets
 *   PREFIX/parts/0000000007/WRITER/0000 the parts: etcd takes 1.5 MiB at a time
 * </pre>
 *
 * A revision is there when its entry is. Entry, last part and head are written in one transaction,
 * if the head is still the one that the writer knows. What a writer leaves that died before that
 * goes together with the revision of that number.
 */
final class EtcdRevisions {
    /** Instead of a revision of etcd: another writer was first. */
    static final long OVERTAKEN = -1;

    private static final int PART_OCTETS = 1 << 20;

    /** Of one revision, unpacked: four times what all of them together may have. */
    private static final int MOST_OCTETS = 1 << 30;

    private final EtcdClient client;
    private final String prefix;
    private final RandomGenerator random;

    EtcdRevisions(EtcdClient client, String prefix, RandomGenerator random) {
        this.client = client;
        this.prefix = prefix;
        this.random = random;
    }

    /** What the key of a revision says. */
    record Entry(long number, String writer, int parts, long octets) {
        private static Entry of(KeyValue pair) throws IOException {
            String key = pair.getKey().toStringUtf8();
            String[] words = pair.getValue().toStringUtf8().split(" ", -1);
            try {
                return new Entry(
                        Long.parseLong(key.substring(key.lastIndexOf('/') + 1)),
                        words[0],
                        Integer.parseInt(words[1]),
                        Long.parseLong(words[2]));
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                throw new IOException("not a revision: " + key, e);
            }
        }

        private String text() {
            return writer + " " + parts + " " + octets;
        }
    }

    ByteString headKey() {
        return key("head");
    }

    /** The newest; null when there is none. */
    @Nullable KeyValue head() throws IOException {
        return client.get(headKey());
    }

    static long number(KeyValue head) throws IOException {
        try {
            return Long.parseLong(head.getValue().toStringUtf8());
        } catch (NumberFormatException e) {
            throw new IOException("not the number of a revision: " + head.getValue(), e);
        }
    }

    /** All that are kept, oldest first. */
    List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (KeyValue pair : client.range(key("revisions/"), key("revisions0"))) {
            entries.add(Entry.of(pair));
        }
        return entries;
    }

    /** One by its number; null when it is not kept. */
    @Nullable Revision read(long number) throws IOException {
        KeyValue entry = client.get(key("revisions/" + padded(number)));
        return entry == null ? null : read(Entry.of(entry));
    }

    /** One by its entry; null when it is not kept any more. */
    @Nullable Revision read(Entry entry) throws IOException {
        var octets = new ByteArrayOutputStream();
        for (int i = 0; i < entry.parts(); i++) {
            KeyValue part = client.get(part(entry, i));
            if (part == null) {
                return null;
            }
            part.getValue().writeTo(octets);
        }
        try (var in = new GZIPInputStream(new ByteArrayInputStream(octets.toByteArray()))) {
            return RevisionFile.read(in.readNBytes(MOST_OCTETS));
        }
    }

    /**
     * Writes one that is the newest from then on.
     *
     * @param seen etcd's revision of the head that the writer knows; 0: there is none
     * @return etcd's revision of the new head, or {@link #OVERTAKEN}
     */
    long commit(Revision revision, long seen) throws IOException {
        List<ByteString> parts = parts(revision);
        long octets = parts.stream().mapToLong(ByteString::size).sum();
        String writer = HexFormat.of().toHexDigits(random.nextLong());
        var entry = new Entry(revision.number(), writer, parts.size(), octets);
        for (int i = 0; i < parts.size() - 1; i++) {
            client.put(part(entry, i), parts.get(i));
        }
        TxnResponse response =
                client.commit(
                        TxnRequest.newBuilder()
                                .addCompare(
                                        Compare.newBuilder()
                                                .setKey(headKey())
                                                .setTarget(Compare.CompareTarget.MOD)
                                                .setResult(Compare.CompareResult.EQUAL)
                                                .setModRevision(seen))
                                .addSuccess(put(part(entry, parts.size() - 1), parts.getLast()))
                                .addSuccess(put(key(entry), ByteString.copyFromUtf8(entry.text())))
                                .addSuccess(
                                        put(
                                                headKey(),
                                                ByteString.copyFromUtf8("" + entry.number())))
                                .build());
        if (!response.getSucceeded()) {
            client.delete(key(partsOf(entry) + "/"), key(partsOf(entry) + "0"));
            return OVERTAKEN;
        }
        return response.getHeader().getRevision();
    }

    private static RequestOp put(ByteString key, ByteString value) {
        return RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(key).setValue(value))
                .build();
    }

    private static List<ByteString> parts(Revision revision) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(RevisionFile.write(revision));
        }
        ByteString all = ByteString.copyFrom(packed.toByteArray());
        List<ByteString> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += PART_OCTETS) {
            parts.add(all.substring(from, Math.min(from + PART_OCTETS, all.size())));
        }
        return parts;
    }

    /** Deletes the oldest ones, as many as there are too many. */
    void prune() throws IOException {
        List<Entry> entries = entries();
        long octets = entries.stream().mapToLong(Entry::octets).sum();
        int oldest = 0;
        while (Bounds.exceeded(entries.size() - oldest, octets)) {
            octets -= entries.get(oldest).octets();
            oldest++;
        }
        if (oldest > 0) {
            String kept = padded(entries.get(oldest).number());
            client.delete(key("revisions/"), key("revisions/" + kept));
            client.delete(key("parts/"), key("parts/" + kept));
        }
    }

    private static String padded(long number) {
        return String.format("%010d", number);
    }

    private static String partsOf(Entry entry) {
        return "parts/" + padded(entry.number()) + "/" + entry.writer();
    }

    private ByteString part(Entry entry, int index) {
        return key(partsOf(entry) + "/" + String.format("%04d", index));
    }

    private ByteString key(Entry entry) {
        return key("revisions/" + padded(entry.number()));
    }

    private ByteString key(String name) {
        return ByteString.copyFromUtf8(prefix + name);
    }
}
