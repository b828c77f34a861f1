package io.postern.filters.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linear memory at its edges, through compiled code (WebAssembly core specification 4.4.7). */
class FlatMemoryTest {
    private static final int PAGE = 65536;

    private final GuestInstance guest = instantiate();

    private static GuestInstance instantiate() {
        try (var in = FlatMemoryTest.class.getResourceAsStream("/wat/memory_ops.wasm")) {
            byte[] wasm = Objects.requireNonNull(in).readAllBytes();
            var deadline = new Deadline(Duration.ofSeconds(5), false);
            return new WasmEngine(null)
                    .compile(wasm)
                    .instantiate(new HostFunctions<>(), "host", 128 * PAGE, deadline);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private GuestFunction function(String name) {
        return Objects.requireNonNull(guest.function(name));
    }

    @ParameterizedTest
    @CsvSource({
        "load8, 65535",
        "load16, 65534",
        "load32, 65532",
        "load64, 65528",
        "load32_offset1, 65531",
    })
    void theLastBytesCanBeReadAndNoneBehindThem(String load, int last) {
        assertThat(function(load).call(last)).isZero();
        for (int address : new int[] {last + 1, PAGE, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
            assertThatThrownBy(() -> function(load).call(address))
                    .isInstanceOf(GuestTrap.class)
                    .hasMessageContaining("out of bounds memory access");
        }
    }

    @ParameterizedTest
    @CsvSource({"load32_offset_big, 1", "load32_offset_huge, 1", "load32_offset_huge, -1"})
    void anEffectiveAddressDoesNotWrapRound(String load, int address) {
        assertThatThrownBy(() -> function(load).call(address)).isInstanceOf(GuestTrap.class);
    }

    @Test
    void aStoreThatDoesNotFitStoresNothing() {
        assertThatThrownBy(() -> function("store32").call(PAGE - 2, -1))
                .isInstanceOf(GuestTrap.class);
        assertThat(function("load8").call(PAGE - 1)).isZero();
    }

    @Test
    void signallingNansKeepTheirBits() {
        function("storef32").call(8, 0x7fa00001);
        assertThat(function("load32").call(8)).isEqualTo(0x7fa00001);
        assertThat(function("loadf32").call(8)).isEqualTo(0x7fa00001);
    }

    @Test
    void growsToItsMaximumAndKeepsItsContent() {
        function("store8").call(PAGE - 1, 7);
        assertThat(function("grow").call(2)).isEqualTo(1);
        assertThat(function("size").call()).isEqualTo(3);
        assertThat(function("load8").call(PAGE - 1)).isEqualTo(7);
        assertThat(function("load8").call(3 * PAGE - 1)).isZero();
        assertThat(function("grow").call(1)).isEqualTo(-1);
        assertThat(function("grow").call(-1)).isEqualTo(-1);
        assertThat(function("grow").call(0)).isEqualTo(3);
        assertThat(guest.memory().size()).isEqualTo(3 * PAGE);
    }

    @ParameterizedTest
    @CsvSource({
        "copy, 65530, 0, 7",
        "copy, 0, 65530, 7",
        "copy, 65537, 0, 0",
        "copy, -1, 0, 1",
        "copy, 0, 0, -1",
        "fill, 65530, 1, 7",
        "fill, 65537, 1, 0",
        "fill, 16, 1, -16",
        "fill, -1, 1, 2",
        "init, 65533, 0, 4",
        "init, 0, 3, 4",
        "init, 0, 7, 0",
        "init, -4, 0, 4",
    })
    void bulkOperationsThatDoNotFitTrap(String operation, int a, int b, int c) {
        assertThatThrownBy(() -> function(operation).call(a, b, c)).isInstanceOf(GuestTrap.class);
    }

    @Test
    void bulkOperationsThatFitWork() {
        function("init").call(10, 1, 3);
        assertThat(function("load32").call(10)).isEqualTo(0x646362);
        function("copy").call(11, 10, 3);
        assertThat(function("load32").call(10)).isEqualTo(0x64636262);
        function("fill").call(11, 0x41, 2);
        assertThat(function("load32").call(10)).isEqualTo(0x64414162);
        function("copy").call(PAGE, 0, 0);
        function("fill").call(PAGE, 0, 0);
    }

    @Test
    void aDroppedSegmentIsEmpty() {
        function("drop").call();
        function("init").call(0, 0, 0);
        assertThatThrownBy(() -> function("init").call(0, 0, 1)).isInstanceOf(GuestTrap.class);
    }

    @Test
    void hostAccessIsChecked() {
        GuestMemory memory = guest.memory();
        assertThat(memory.has(PAGE, 0)).isTrue();
        assertThat(memory.has(PAGE, 1)).isFalse();
        assertThat(memory.has(-1, 1)).isFalse();
        assertThat(memory.has(1, -1)).isFalse();
        assertThat(memory.has(Integer.MAX_VALUE, Integer.MAX_VALUE)).isFalse();
        assertThat(memory.putInt(PAGE - 3, 1)).isFalse();
        assertThat(memory.putLong(PAGE - 8, 1)).isTrue();
        assertThat(memory.put(PAGE - 1, new byte[2], 0, 2)).isFalse();
    }
}
