package io.postern.xds.server.store;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KeyValue;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Named values that the servers of an etcd share, who of them looks after which, and what each
 * tells the others for as long as it lives:
 *
 * <pre>
 *   PREFIX/turn               changes with every change of a value
 *   PREFIX/values/NAME        who wrote it, in how many parts, of how many octets
 *   PREFIX/parts/NAME/WRITER  its parts
 *   PREFIX/holders/NAME       the server that looks after it; ends with that server
 *   PREFIX/told/SERVER        what a server tells; ends with it
 * </pre>
 *
 * <p>Control thread, but for what {@link #follow} runs; blocks for some seconds at most.
 */
public final class SharedValues implements AutoCloseable {
    private final String prefix;
    private final EtcdClient client;
    private final SecureRandom random = new SecureRandom();
    private final String self = HexFormat.of().toHexDigits(random.nextLong());
    private final EtcdParts parts;
    private final EtcdLease lease;
    private final Map<String, Long> held = new HashMap<>();
    private ByteString said = ByteString.EMPTY;
    private long saidWith;
    private @Nullable EtcdWatch watch;

    /**
     * One of them.
     *
     * @param revision etcd's, of its last change: what a writer has seen
     */
    public record Value(byte[] octets, long revision) {}

    /**
     * Connects when it is asked something.
     *
     * @param name of this kind of values: {@code rollouts}
     */
    public SharedValues(EtcdAddress address, String name) throws IOException {
        prefix = address.prefix() + name + "/";
        client = EtcdClient.of(address);
        parts = new EtcdParts(client, random);
        lease = new EtcdLease(client);
    }

    /** Has {@code changed} run, on any thread, whenever a value may have changed. */
    public void follow(Runnable changed) {
        var listener =
                new EtcdWatch.Listener() {
                    @Override
                    public void changed() {
                        changed.run();
                    }

                    @Override
                    public void away(String reason) {
                        // The history says so.
                    }
                };
        watch = new EtcdWatch(client, key("turn"), listener, random);
    }

    /** Whether none was ever written: an etcd that is new, or has lost everything. */
    public boolean isNew() throws IOException {
        return client.get(key("turn")) == null;
    }

    /**
     * All of them.
     *
     * @param known are not read again where they have not changed
     */
    public Map<String, Value> all(Map<String, Value> known) throws IOException {
        Map<String, Value> all = new HashMap<>();
        for (KeyValue pair : client.range(key("values/"), key("values0"))) {
            String name = last(pair);
            Value before = known.get(name);
            if (before != null && before.revision() == pair.getModRevision()) {
                all.put(name, before);
                continue;
            }
            byte[] octets = parts.read(folder(name), EtcdParts.Entry.of(pair));
            if (octets != null) { // else it changes just now, of which we hear
                all.put(name, new Value(octets, pair.getModRevision()));
            }
        }
        return all;
    }

    /**
     * Writes one.
     *
     * @param seen the one that it replaces; null: there is none
     * @throws OvertakenException when another server was first
     */
    public Value put(String name, byte[] octets, @Nullable Value seen) throws IOException {
        EtcdParts.Begun begun = parts.begin(folder(name), octets);
        KeyValue before = client.get(key("values/" + name));
        long written = begun.finish(change(name, seen), key("values/" + name)).commit(client);
        if (written == EtcdChange.OVERTAKEN) {
            parts.delete(folder(name), begun.entry());
            throw new OvertakenException(seen == null ? 0 : seen.revision());
        }
        if (before != null) {
            parts.delete(folder(name), EtcdParts.Entry.of(before));
        }
        return new Value(octets, written);
    }

    /** Removes one; see {@link #put}. */
    public void delete(String name, Value seen) throws IOException {
        var change = change(name, seen).delete(key("values/" + name));
        if (change.commit(client) == EtcdChange.OVERTAKEN) {
            throw new OvertakenException(seen.revision());
        }
        client.delete(key("parts/" + name + "/"), key("parts/" + name + "0"));
    }

    // Only if it is as it was seen; whoever follows hears of it.
    private EtcdChange change(String name, @Nullable Value seen) {
        return new EtcdChange()
                .unchanged(key("values/" + name), seen == null ? 0 : seen.revision())
                .put(key("turn"), ByteString.copyFromUtf8(self));
    }

    /** Whether etcd knows that this server lives, and so answers. */
    public boolean isAlive() {
        return lease.id() != 0;
    }

    /** Whether this server is the one that looks after {@code name}; it is if nobody else does. */
    public boolean holds(String name) throws IOException {
        long id = lease.id();
        if (id == 0) {
            return false;
        }
        if (held.getOrDefault(name, 0L) == id) {
            return true;
        }
        ByteString key = key("holders/" + name);
        var change = new EtcdChange().unchanged(key, 0).put(key, ByteString.copyFromUtf8(self), id);
        boolean taken = change.commit(client) != EtcdChange.OVERTAKEN;
        if (taken) {
            held.put(name, id);
        }
        return taken;
    }

    /** Leaves {@code name} to others, if this server looks after it. */
    public void release(String name) throws IOException {
        Long id = held.remove(name);
        if (id != null && id == lease.id()) {
            ByteString key = key("holders/" + name);
            var _ =
                    new EtcdChange()
                            .holding(key, ByteString.copyFromUtf8(self))
                            .delete(key)
                            .commit(client);
        }
    }

    /** Tells the others something, instead of what it told before; for as long as it lives. */
    public void tell(byte[] octets) throws IOException {
        long id = lease.id();
        ByteString now = ByteString.copyFrom(octets);
        if (id == 0 || (id == saidWith && now.equals(said))) {
            return;
        }
        var _ = new EtcdChange().put(key("told/" + self), now, id).commit(client);
        said = now;
        saidWith = id;
    }

    /** What the other servers tell, by their names. */
    public Map<String, byte[]> told() throws IOException {
        Map<String, byte[]> all = new HashMap<>();
        for (KeyValue pair : client.range(key("told/"), key("told0"))) {
            if (!last(pair).equals(self)) {
                all.put(last(pair), pair.getValue().toByteArray());
            }
        }
        return all;
    }

    private static String last(KeyValue pair) {
        String key = pair.getKey().toStringUtf8();
        return key.substring(key.lastIndexOf('/') + 1);
    }

    private String folder(String name) {
        return prefix + "parts/" + name;
    }

    private ByteString key(String name) {
        return ByteString.copyFromUtf8(prefix + name);
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        lease.close();
        client.close();
    }
}
