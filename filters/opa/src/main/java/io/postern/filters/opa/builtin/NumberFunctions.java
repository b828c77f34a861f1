package io.postern.filters.opa.builtin;

import static io.postern.filters.opa.builtin.Operands.string;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/** {@code numbers.range_step}, {@code units.*}, {@code rand.intn}, {@code uuid.rfc4122}. */
final class NumberFunctions {
    private static final int MOST_NUMBERS = 1_000_000;
    private static final int FRACTION_DIGITS = 10;
    private static final Pattern AMOUNT =
            Pattern.compile("([0-9.+-]*(?:[eE][+-]?[0-9]{1,6})?)([a-zA-Z]*)");
    private static final String PREFIXES = "kmgtpe";

    private NumberFunctions() {}

    static void addTo(Map<String, Builtin> all) {
        all.put("numbers.range_step", (evaluation, a) -> range(a));
        all.put("units.parse_bytes", (evaluation, a) -> bytes(string(a[0])));
        all.put("units.parse", (evaluation, a) -> units(string(a[0])));
        all.put("rand.intn", NumberFunctions::random);
        all.put("uuid.rfc4122", NumberFunctions::uuid);
    }

    private static JsonNode range(JsonNode[] a) {
        long from = Operands.integer(a[0]);
        long to = Operands.integer(a[1]);
        long step = Operands.integer(a[2]);
        if (step <= 0) {
            throw new BuiltinError("numbers.range_step: step must be a positive integer");
        }
        if (Math.abs((double) to - from) / step > MOST_NUMBERS) {
            throw new BuiltinError("numbers.range_step: more than " + MOST_NUMBERS + " numbers");
        }
        var numbers = JsonNodeFactory.instance.arrayNode();
        if (from <= to) {
            for (long i = from; i <= to; i += step) {
                numbers.add(i);
            }
        } else {
            for (long i = from; i >= to; i -= step) {
                numbers.add(i);
            }
        }
        return numbers;
    }

    private static JsonNode bytes(String text) {
        var parts = parts(text.toLowerCase(Locale.ROOT));
        String unit =
                parts[1].endsWith("b") && parts[1].length() > 1
                        ? parts[1].substring(0, parts[1].length() - 1)
                        : parts[1];
        var total = amount(parts[0]).multiply(factor(unit, parts[1]));
        return BigIntegerNode.valueOf(total.toBigInteger());
    }

    // "m" is a thousandth, "M" a million; otherwise the case of the first letter does not matter.
    private static JsonNode units(String text) {
        var parts = parts(text);
        var factor =
                parts[1].equals("m")
                        ? new BigDecimal("0.001")
                        : factor(parts[1].toLowerCase(Locale.ROOT), parts[1]);
        var total = amount(parts[0]).multiply(factor);
        return total.stripTrailingZeros().scale() <= 0
                ? BigIntegerNode.valueOf(total.toBigInteger())
                : DecimalNode.valueOf(total.setScale(FRACTION_DIGITS, RoundingMode.HALF_UP));
    }

    private static String[] parts(String text) {
        var amount = AMOUNT.matcher(text.replace("\"", ""));
        if (!amount.matches() || amount.group(1).isEmpty()) {
            throw new BuiltinError("could not parse amount to a number");
        }
        return new String[] {amount.group(1), amount.group(2)};
    }

    private static BigDecimal amount(String digits) {
        try {
            return new BigDecimal(digits);
        } catch (NumberFormatException e) {
            throw new BuiltinError("could not parse amount to a number");
        }
    }

    private static BigDecimal factor(String unit, String shown) {
        if (unit.isEmpty()) {
            return BigDecimal.ONE;
        }
        int power = PREFIXES.indexOf(unit.charAt(0)) + 1;
        boolean binary = unit.length() == 2 && unit.charAt(1) == 'i';
        if (power == 0 || (unit.length() > 1 && !binary)) {
            throw new BuiltinError("unit " + shown + " not recognized");
        }
        return BigDecimal.valueOf(binary ? 1024 : 1000).pow(power);
    }

    private static JsonNode random(Evaluation evaluation, JsonNode[] a) {
        long bound = Math.abs(Operands.integer(a[1]));
        if (bound == 0) {
            return LongNode.valueOf(0);
        }
        String key = "rand.intn " + bound + ' ' + string(a[0]);
        return LongNode.valueOf(
                Long.parseLong(
                        evaluation
                                .remembered()
                                .computeIfAbsent(
                                        key,
                                        any ->
                                                Long.toString(
                                                        evaluation.random().nextLong(bound)))));
    }

    private static JsonNode uuid(Evaluation evaluation, JsonNode[] a) {
        return TextNode.valueOf(
                evaluation
                        .remembered()
                        .computeIfAbsent("uuid.rfc4122 " + string(a[0]), any -> uuid(evaluation)));
    }

    private static String uuid(Evaluation evaluation) {
        long high = (evaluation.random().nextLong() & 0xffff_ffff_ffff_0fffL) | 0x4000L;
        long low =
                (evaluation.random().nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }
}
