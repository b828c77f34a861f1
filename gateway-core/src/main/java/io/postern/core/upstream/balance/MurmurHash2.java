package io.postern.core.upstream.balance;

/**
 * The hash of {@code hash_function: MURMUR_HASH_2}.
 *
 * <p>Source: {@code std::hash<string>} of libstdc++, which is what Envoy copies. Thread-safe:
 * stateless.
 */
final class MurmurHash2 {
    private static final long SEED = 0xC70F6907L;
    private static final long MULTIPLIER = 0xC6A4A7935BD1E995L;

    private MurmurHash2() {}

    static long of(byte[] data) {
        int aligned = data.length & ~7;
        long hash = SEED ^ (data.length * MULTIPLIER);
        for (int at = 0; at < aligned; at += 8) {
            hash ^= shiftMix(load(data, at, 8) * MULTIPLIER) * MULTIPLIER;
            hash *= MULTIPLIER;
        }
        if (aligned < data.length) {
            hash ^= load(data, aligned, data.length - aligned);
            hash *= MULTIPLIER;
        }
        return shiftMix(shiftMix(hash) * MULTIPLIER);
    }

    private static long load(byte[] data, int at, int octets) {
        long value = 0;
        for (int i = octets - 1; i >= 0; i--) {
            value = (value << 8) | (data[at + i] & 0xFF);
        }
        return value;
    }

    private static long shiftMix(long value) {
        return value ^ (value >>> 47);
    }
}
