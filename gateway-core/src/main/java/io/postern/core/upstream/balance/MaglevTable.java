package io.postern.core.upstream.balance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A Maglev table: every host takes the entries it likes best, in turns by weight; a request goes to
 * the host of the entry of its hash. Thread-safe: not changed once made.
 *
 * <p>Source: Envoy's MaglevLoadBalancer, after section 3.4 of "Maglev: A Fast and Reliable Software
 * Network Load Balancer".
 */
public final class MaglevTable implements Balancer {
    private static final int FREE = -1;

    private final int[] table;

    private MaglevTable(int[] table) {
        this.table = table;
    }

    /**
     * Fills a table.
     *
     * @param size a prime number
     * @param keys what hosts are hashed by
     * @param weights of the hosts, with a sum of 1
     */
    public static MaglevTable of(int size, String[] keys, double[] weights) {
        int[] table = new int[size];
        Arrays.fill(table, FREE);
        double heaviest = 0;
        Builder[] hosts = new Builder[keys.length];
        for (int i = 0; i < hosts.length; i++) {
            heaviest = Math.max(heaviest, weights[i]);
            hosts[i] = new Builder(keys[i], size);
        }
        int filled = 0;
        for (int round = 1; filled < size; round++) {
            for (int i = 0; i < hosts.length && filled < size; i++) {
                if (round * weights[i] < hosts[i].target) {
                    continue;
                }
                hosts[i].target += heaviest;
                table[hosts[i].firstFree(table)] = i;
                filled++;
            }
        }
        return new MaglevTable(table);
    }

    /** Where a host stands in the order in which it likes the entries. */
    private static final class Builder {
        private final long offset;
        private final long skip;
        private long next;
        private double target;

        Builder(String key, int size) {
            byte[] name = key.getBytes(StandardCharsets.UTF_8);
            offset = Long.remainderUnsigned(XxHash64.of(name), size);
            long other = XxHash64.of(name, 0, name.length, 1);
            skip = size == 1 ? 1 : Long.remainderUnsigned(other, size - 1L) + 1;
        }

        int firstFree(int[] table) {
            int entry = entry(table.length);
            while (table[entry] != FREE) {
                next++;
                entry = entry(table.length);
            }
            next++;
            return entry;
        }

        private int entry(int size) {
            return (int) ((offset + skip * next) % size);
        }
    }

    @Override
    public int choose(long hash, int attempt) {
        // Envoy's "hash ^= ~0ULL - attempt + 1": all bits but a few are turned over.
        long point = attempt == 0 ? hash : hash ^ (-1L - attempt + 1);
        return table[(int) Long.remainderUnsigned(point, table.length)];
    }
}
