package io.postern.core.upstream.balance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.LoadBalancing.HashKeys;
import io.postern.config.model.LoadBalancing.Policy;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashingTest {
    private static final HashKeys BY_ADDRESS = new HashKeys(false, 0);
    private static final String[] KEYS = {
        "127.0.0.1:90", "127.0.0.1:91", "127.0.0.1:92", "127.0.0.1:93"
    };

    private static Policy.RingHash ring(int minimum) {
        return new Policy.RingHash(minimum, 8_388_608, false, BY_ADDRESS);
    }

    private static double[] even(int hosts) {
        double[] shares = new double[hosts];
        Arrays.fill(shares, 1.0 / hosts);
        return shares;
    }

    /** From the reference implementation. */
    @ParameterizedTest
    @CsvSource({
        "'', ef46db3751d8e999",
        "a, d24ec4f1a98c6e5b",
        "abc, 44bc2cf5ad770999",
        "foo, 33bf00a859c4ba3f",
        "bar, 48a37c90ad27a659",
        "Nobody inspects the spammish repetition, fbcea83c8a378bf1"
    })
    void xxHashIsTheReferences(String text, String expected) {
        assertThat(Long.toHexString(XxHash64.of(text.getBytes(UTF_8)))).isEqualTo(expected);
    }

    @Test
    void aRingIsAsSmallAsTheLightestHostAllows() {
        // When
        HashRing even = HashRing.of(ring(1024), KEYS, even(4));
        HashRing uneven = HashRing.of(ring(1024), KEYS, new double[] {0.1, 0.3, 0.3, 0.3});

        // Then: 103 points for a tenth
        assertThat(even.size()).isEqualTo(1024);
        assertThat(uneven.size()).isEqualTo(1030);
    }

    @Test
    void aRingKeepsTheOthersWhenAHostGoes() {
        // Given
        HashRing before = HashRing.of(ring(4 * 1024), KEYS, even(4));
        HashRing after = HashRing.of(ring(3 * 1024), Arrays.copyOf(KEYS, 3), even(3));

        // When
        int moved = 0;
        int gone = 0;
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            long hash = random.nextLong();
            int host = before.choose(hash, 0);
            gone += host == 3 ? 1 : 0;
            moved += host != 3 && after.choose(hash, 0) != host ? 1 : 0;
        }

        // Then
        assertThat(moved).isZero();
        assertThat(gone).isBetween(2000, 3000);
    }

    @Test
    void aMaglevTableIsEvenAndWeighted() {
        // Given
        MaglevTable even = MaglevTable.of(65537, KEYS, even(4));
        MaglevTable uneven = MaglevTable.of(65537, KEYS, new double[] {0.1, 0.3, 0.3, 0.3});

        // When
        int[] evenly = new int[4];
        int[] unevenly = new int[4];
        for (int i = 0; i < 65537; i++) {
            evenly[even.choose(i, 0)]++;
            unevenly[uneven.choose(i, 0)]++;
        }

        // Then
        for (int entries : evenly) {
            assertThat(entries).isBetween(16_384, 16_385);
        }
        assertThat(unevenly[0]).isBetween(6_500, 6_600);
        assertThat(unevenly[2]).isBetween(19_600, 19_700);
    }

    @Test
    void aHostThatHasItsShareIsPassedOver() {
        // Given
        int[] active = {0, 0, 0, 0};
        MaglevTable table = MaglevTable.of(65537, KEYS, even(4));
        Balancer bounded = new BoundedLoad(table, even(4), 120, i -> active[i]);
        int usual = bounded.choose(42, 0);

        // When
        active[usual] = 10;
        int other = bounded.choose(42, 0);

        // Then
        assertThat(other).isNotEqualTo(usual).isEqualTo(bounded.choose(42, 0));
    }
}
