package io.postern.filters.wasm.abi;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The shared data of the process: values by VM id and key, seen by all workers. Thread-safe.
 *
 * <p>A store lives as long as a virtual machine with its id does.
 */
public final class SharedData {
    /**
     * Bytes of keys and values that one VM id may hold. Envoy has no bound; a rate limiter with a
     * million keys of 100 bytes fits.
     */
    static final long MAX_BYTES = 256L * 1024 * 1024;

    private final ConcurrentMap<String, Store> stores = new ConcurrentHashMap<>();

    /** The store of this VM id, to be given back with {@link #release}. */
    public Store acquire(String vmId) {
        return stores.compute(
                vmId,
                (id, known) -> {
                    Store store = known == null ? new Store() : known;
                    store.users++;
                    return store;
                });
    }

    /** Gives a store back; the last one to do so clears it. */
    public void release(String vmId) {
        stores.computeIfPresent(vmId, (id, store) -> --store.users == 0 ? null : store);
    }

    /** A value and the number of its change; equal only to itself. */
    public static final class Entry {
        private final byte[] value;
        private final int cas;

        Entry(byte[] value, int cas) {
            this.value = value;
            this.cas = cas;
        }

        /** The bytes; not to be changed. */
        public byte[] value() {
            return value;
        }

        /** Number of the change that made this value, never 0. */
        public int cas() {
            return cas;
        }
    }

    /** The data of one VM id. Thread-safe, without locks between workers on different keys. */
    public static final class Store {
        private final ConcurrentMap<Key, Entry> entries = new ConcurrentHashMap<>();
        private final AtomicLong bytes = new AtomicLong();
        private final AtomicInteger lastCas = new AtomicInteger();
        private int users; // guarded by the map of stores

        private Store() {}

        /** The value of a key, or null. */
        public @Nullable Entry get(byte[] key, int offset, int length) {
            return entries.get(new Key(key, offset, length));
        }

        /**
         * Sets a value.
         *
         * @param value handed over
         * @param cas 0, or the number of the change that is to be replaced
         * @return a {@link Status}
         */
        public int set(byte[] key, int offset, int length, byte[] value, int cas) {
            var probe = new Key(key, offset, length);
            while (true) {
                Entry old = entries.get(probe);
                if (old != null && cas != 0 && cas != old.cas) {
                    return Status.CAS_MISMATCH;
                }
                long before = old == null ? -length : old.value.length;
                long growth = value.length - before;
                if (bytes.addAndGet(growth) > MAX_BYTES && growth > 0) {
                    bytes.addAndGet(-growth);
                    return Status.INTERNAL_FAILURE;
                }
                var entry = new Entry(value, nextCas());
                boolean done =
                        old == null
                                ? entries.putIfAbsent(probe.copy(), entry) == null
                                : entries.replace(probe, old, entry);
                if (done) {
                    return Status.OK;
                }
                bytes.addAndGet(-growth);
            }
        }

        private int nextCas() {
            int next = lastCas.incrementAndGet();
            return next == 0 ? lastCas.incrementAndGet() : next;
        }
    }

    /** A key in somebody's array; a {@link #copy} of it in the map. */
    private static final class Key {
        private final byte[] bytes;
        private final int offset;
        private final int length;
        private final int hash;

        Key(byte[] bytes, int offset, int length) {
            this.bytes = bytes;
            this.offset = offset;
            this.length = length;
            int code = 1;
            for (int i = offset; i < offset + length; i++) {
                code = 31 * code + bytes[i];
            }
            hash = code;
        }

        Key copy() {
            return new Key(Arrays.copyOfRange(bytes, offset, offset + length), 0, length);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key that
                    && hash == that.hash
                    && Arrays.equals(
                            bytes,
                            offset,
                            offset + length,
                            that.bytes,
                            that.offset,
                            that.offset + that.length);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
