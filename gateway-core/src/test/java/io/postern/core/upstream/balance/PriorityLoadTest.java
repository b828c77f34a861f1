package io.postern.core.upstream.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.core.upstream.balance.PriorityLoad.Members;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first lines are the tables of Envoy's documentation on priority levels and panic. */
class PriorityLoadTest {
    /** {@code 10/7/1}: of 10 hosts 7 are healthy and one is degraded. */
    private static Members members(String text) {
        String[] parts = text.split("/", -1);
        return new Members(
                Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }

    @ParameterizedTest
    @CsvSource({
        // P0 and P1, overprovisioning 140
        "100/100/0 100/100/0, 100:0 0:0",
        "100/72/0 100/100/0, 100:0 0:0",
        "100/71/0 100/71/0, 99:0 1:0",
        "100/50/0 100/50/0, 70:0 30:0",
        "100/25/0 100/100/0, 35:0 65:0",
        "100/0/0 100/100/0, 0:0 100:0",
        // both below whole: each its part of what there is
        "100/25/0 100/25/0, 50!:0 50!:0",
        "100/50/0 100/0/0, 100:0 0!:0",
        // degraded hosts serve what healthy ones cannot
        "100/50/50 100/0/0, 70:30 0:0",
        "10/0/10, 0:100",
        // nobody is well: every host the same share
        "10/0/0 30/0/0, 25!:0 75!:0",
        "0/0/0, 100!:0",
        "0/0/0 10/10/0, 0:0 100:0"
    })
    void loadFollowsHealth(String levels, String expected) {
        // Given
        List<Members> members = new ArrayList<>();
        for (String level : levels.split(" ", -1)) {
            members.add(members(level));
        }
        Members[] all = members.toArray(new Members[0]);

        // When
        PriorityLoad load = PriorityLoad.of(all, all, 140, 50);

        // Then
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < all.length; i++) {
            text.append(i == 0 ? "" : " ")
                    .append(load.healthy(i))
                    .append(load.panics(i) ? "!:" : ":")
                    .append(load.degraded(i));
        }
        assertThat(text).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "69, 0", "70, -1", "99, -1", "100, 0", "-1, 0"})
    void aHashChoosesItsPriority(long hash, int priority) {
        // Given: 70 percent to healthy hosts, 30 to degraded ones; -1 % 100 is 15, unsigned
        Members[] level = {members("100/50/50")};

        // When
        int chosen = PriorityLoad.of(level, level, 140, 50).choose(hash);

        // Then
        assertThat(chosen).isEqualTo(priority);
    }
}
