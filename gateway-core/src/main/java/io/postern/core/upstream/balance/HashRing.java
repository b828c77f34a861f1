package io.postern.core.upstream.balance;

import io.postern.config.model.LoadBalancing.Policy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A ketama ring: every host has points on it by its weight, a request goes to the host of the next
 * point. Thread-safe: not changed once made.
 *
 * <p>Source: Envoy's RingHashLoadBalancer: the points of a host are the hashes of {@code
 * ADDRESS_0}, {@code ADDRESS_1} …, the ring is as small as lets the lightest host have its share of
 * minimum_ring_size.
 */
public final class HashRing implements Balancer {
    private final long[] hashes;
    private final int[] hosts;

    private HashRing(long[] hashes, int[] hosts) {
        this.hashes = hashes;
        this.hosts = hosts;
    }

    /**
     * Makes a ring.
     *
     * @param keys what hosts are hashed by
     * @param weights of the hosts, with a sum of 1
     */
    public static HashRing of(Policy.RingHash policy, String[] keys, double[] weights) {
        double least = 1;
        for (double weight : weights) {
            least = Math.min(least, weight);
        }
        double scale =
                Math.min(
                        Math.ceil(least * policy.minimumSize()) / least,
                        (double) policy.maximumSize());
        int size = (int) Math.ceil(scale);
        Points points = new Points(size + weights.length, policy.murmur());
        double target = 0;
        for (int host = 0; host < weights.length; host++) {
            target += scale * weights[host];
            points.addHost(host, keys[host], target);
        }
        return points.sorted();
    }

    /** The ring as it is being made. */
    private static final class Points {
        private final boolean murmur;
        private long[] hashes;
        private int[] hosts;
        private int size;

        Points(int expected, boolean murmur) {
            this.murmur = murmur;
            this.hashes = new long[expected];
            this.hosts = new int[expected];
        }

        void addHost(int host, String key, double target) {
            for (int i = 0; size < target; i++) {
                byte[] name = (key + "_" + i).getBytes(StandardCharsets.UTF_8);
                if (size == hashes.length) {
                    hashes = Arrays.copyOf(hashes, size * 2);
                    hosts = Arrays.copyOf(hosts, size * 2);
                }
                hashes[size] = murmur ? MurmurHash2.of(name) : XxHash64.of(name);
                hosts[size] = host;
                size++;
            }
        }

        /** Unsigned order is signed order with the first bit turned over. */
        HashRing sorted() {
            long[] sorted = new long[size];
            for (int i = 0; i < size; i++) {
                sorted[i] = hashes[i] ^ Long.MIN_VALUE;
            }
            Arrays.sort(sorted);
            int[] owners = new int[size];
            for (int i = 0; i < size; i++) {
                owners[Arrays.binarySearch(sorted, hashes[i] ^ Long.MIN_VALUE)] = hosts[i];
            }
            return new HashRing(sorted, owners);
        }
    }

    /** How many points there are. */
    public int size() {
        return hashes.length;
    }

    @Override
    public int choose(long hash, int attempt) {
        int point = pointOf(hash);
        // As if the host that was not wanted were not there.
        return hosts[(int) ((point + (long) attempt) % hashes.length)];
    }

    /** The first point that is not before {@code hash}; behind the last one, the first. */
    private int pointOf(long hash) {
        long wanted = hash ^ Long.MIN_VALUE;
        int low = 0;
        int high = hashes.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (hashes[middle] < wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == hashes.length ? 0 : low;
    }
}
