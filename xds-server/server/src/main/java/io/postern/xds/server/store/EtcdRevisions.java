package io.postern.xds.server.store;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KeyValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
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
    private final EtcdClient client;
    private final String prefix;
    private final EtcdParts parts;

    EtcdRevisions(EtcdClient client, String prefix, RandomGenerator random) {
        this.client = client;
        this.prefix = prefix;
        this.parts = new EtcdParts(client, random);
    }

    /** What the key of a revision says. */
    record Entry(long number, EtcdParts.Entry value) {
        private static Entry of(KeyValue pair) throws IOException {
            String key = pair.getKey().toStringUtf8();
            try {
                long number = Long.parseLong(key.substring(key.lastIndexOf('/') + 1));
                return new Entry(number, EtcdParts.Entry.of(pair));
            } catch (NumberFormatException e) {
                throw new IOException("not a revision: " + key, e);
            }
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
        byte[] octets = parts.read(partsOf(entry.number()), entry.value());
        return octets == null ? null : RevisionFile.read(octets);
    }

    /**
     * Writes one that is the newest from then on.
     *
     * @param seen etcd's revision of the head that the writer knows; 0: there is none
     * @return etcd's revision of the new head, or {@link EtcdChange#OVERTAKEN}
     */
    long commit(Revision revision, long seen) throws IOException {
        String folder = partsOf(revision.number());
        EtcdParts.Begun begun = parts.begin(folder, RevisionFile.write(revision));
        ByteString key = key("revisions/" + padded(revision.number()));
        ByteString number = ByteString.copyFromUtf8("" + revision.number());
        long written =
                begun.finish(new EtcdChange().unchanged(headKey(), seen), key)
                        .put(headKey(), number)
                        .commit(client);
        if (written == EtcdChange.OVERTAKEN) {
            parts.delete(folder, begun.entry());
        }
        return written;
    }

    /** Deletes the oldest ones, as many as there are too many. */
    void prune() throws IOException {
        List<Entry> entries = entries();
        long octets = entries.stream().mapToLong(one -> one.value().octets()).sum();
        int oldest = 0;
        while (Bounds.exceeded(entries.size() - oldest, octets)) {
            octets -= entries.get(oldest).value().octets();
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

    private String partsOf(long number) {
        return prefix + "parts/" + padded(number);
    }

    private ByteString key(String name) {
        return ByteString.copyFromUtf8(prefix + name);
    }
}
