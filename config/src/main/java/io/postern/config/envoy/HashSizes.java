package io.postern.config.envoy;

import com.google.protobuf.UInt64Value;
import io.postern.config.model.LoadBalancing.HashKeys;
import io.postern.config.model.LoadBalancing.Policy;
import io.postern.config.source.Spot;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Reads the sizes of rings and Maglev tables, with Envoy's bounds. */
final class HashSizes {
    private static final long MINIMUM_RING = 1024;
    private static final long MAXIMUM_RING = 8 * 1024 * 1024;
    private static final int MAGLEV_TABLE = 65537;
    private static final int MAXIMUM_MAGLEV_TABLE = 5_000_011;

    private final Translation translation;

    HashSizes(Translation translation) {
        this.translation = translation;
    }

    Policy ring(
            @Nullable UInt64Value minimum,
            @Nullable UInt64Value maximum,
            boolean murmur,
            HashKeys keys,
            Spot spot) {
        long least = minimum == null ? MINIMUM_RING : minimum.getValue();
        long most = maximum == null ? MAXIMUM_RING : maximum.getValue();
        if (Long.compareUnsigned(most, MAXIMUM_RING) > 0) {
            translation.error(
                    spot.field("maximum_ring_size"),
                    most + " (expected: at most " + MAXIMUM_RING + ")");
            most = MAXIMUM_RING;
        }
        if (Long.compareUnsigned(least, most) > 0) {
            translation.error(
                    spot.field("minimum_ring_size"),
                    "ring hash: minimum_ring_size ("
                            + least
                            + ") > maximum_ring_size ("
                            + most
                            + ")");
        }
        return new Policy.RingHash(least, most, murmur, keys);
    }

    Policy maglev(@Nullable UInt64Value size, HashKeys keys, Spot spot) {
        long table = size == null ? MAGLEV_TABLE : size.getValue();
        if (table < 1
                || table > MAXIMUM_MAGLEV_TABLE
                || !BigInteger.valueOf(table).isProbablePrime(50)) {
            translation.error(
                    spot.field("table_size"),
                    "the table size of maglev is "
                            + Long.toUnsignedString(table)
                            + " (expected: a prime number up to "
                            + MAXIMUM_MAGLEV_TABLE
                            + ")");
            table = MAGLEV_TABLE;
        }
        return new Policy.Maglev((int) table, keys);
    }
}
