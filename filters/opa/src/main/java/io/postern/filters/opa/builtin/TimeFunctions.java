package io.postern.filters.opa.builtin;

import static io.postern.filters.opa.builtin.Operands.string;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.Locale;
import java.util.Map;

/** {@code time.*}: nanoseconds since 1970, with Go's layouts, zones and calendar arithmetic. */
final class TimeFunctions {
    private static final long NANOS = 1_000_000_000L;

    private TimeFunctions() {}

    static void addTo(Map<String, Builtin> all) {
        all.put("time.now_ns", (evaluation, a) -> LongNode.valueOf(evaluation.epochNanos()));
        all.put(
                "time.parse_rfc3339_ns",
                (evaluation, a) -> parse(evaluation, "RFC3339", string(a[0])));
        all.put("time.parse_ns", (evaluation, a) -> parse(evaluation, string(a[0]), string(a[1])));
        all.put(
                "time.parse_duration_ns",
                (evaluation, a) -> LongNode.valueOf(GoDuration.parse(string(a[0]))));
        all.put("time.date", (evaluation, a) -> date(time(a[0])));
        all.put("time.clock", (evaluation, a) -> clock(time(a[0])));
        all.put(
                "time.weekday",
                (evaluation, a) ->
                        TextNode.valueOf(
                                time(a[0])
                                        .getDayOfWeek()
                                        .getDisplayName(TextStyle.FULL, Locale.ENGLISH)));
        all.put("time.add_date", (evaluation, a) -> addDate(a));
        all.put("time.diff", (evaluation, a) -> difference(time(a[0]), time(a[1])));
        all.put("time.format", (evaluation, a) -> format(evaluation, a[0]));
    }

    private static JsonNode parse(Evaluation evaluation, String layout, String text) {
        return nanos(layout(evaluation, layout).parse(text));
    }

    private static JsonNode format(Evaluation evaluation, JsonNode operand) {
        String layout = operand.size() > 2 ? string(operand.get(2)) : "";
        String name = layout.isEmpty() ? "RFC3339Nano" : layout;
        return TextNode.valueOf(layout(evaluation, name).format(time(operand)));
    }

    private static GoTimeLayout layout(Evaluation evaluation, String layout) {
        return evaluation.cached(GoTimeLayout.class, layout, GoTimeLayout::of);
    }

    private static JsonNode nanos(Instant instant) {
        try {
            long whole = Math.multiplyExact(instant.getEpochSecond(), NANOS);
            return LongNode.valueOf(Math.addExact(whole, instant.getNano()));
        } catch (ArithmeticException e) {
            throw new BuiltinError("time outside of valid range");
        }
    }

    private static JsonNode addDate(JsonNode[] a) {
        var time = time(a[0]);
        try {
            // Go adds to the fields and lets days run over: January 31 plus a month is March 3.
            var firstOfMonth =
                    LocalDate.of(time.getYear(), time.getMonth(), 1)
                            .plusYears(Operands.integer(a[1]))
                            .plusMonths(Operands.integer(a[2]));
            var date = firstOfMonth.plusDays(time.getDayOfMonth() - 1L + Operands.integer(a[3]));
            return nanos(time.with(date).toInstant());
        } catch (DateTimeException | ArithmeticException e) {
            throw new BuiltinError("time outside of valid range");
        }
    }

    private static JsonNode date(ZonedDateTime time) {
        return numbers(time.getYear(), time.getMonthValue(), time.getDayOfMonth());
    }

    private static JsonNode clock(ZonedDateTime time) {
        return numbers(time.getHour(), time.getMinute(), time.getSecond());
    }

    // Differences by field, borrowing from the next larger one, as OPA computes them.
    private static JsonNode difference(ZonedDateTime left, ZonedDateTime right) {
        var other = right.withZoneSameInstant(left.getZone());
        var from = left.isAfter(other) ? other : left;
        var to = left.isAfter(other) ? left : other;
        int[] fields = {
            to.getYear() - from.getYear(),
            to.getMonthValue() - from.getMonthValue(),
            to.getDayOfMonth() - from.getDayOfMonth(),
            to.getHour() - from.getHour(),
            to.getMinute() - from.getMinute(),
            to.getSecond() - from.getSecond()
        };
        int[] sizes = {0, 12, from.toLocalDate().lengthOfMonth(), 24, 60, 60};
        for (int i = fields.length - 1; i > 0; i--) {
            if (fields[i] < 0) {
                fields[i] += sizes[i];
                fields[i - 1]--;
            }
        }
        return numbers(fields);
    }

    private static ArrayNode numbers(int... values) {
        var numbers = JsonNodeFactory.instance.arrayNode();
        for (int value : values) {
            numbers.add(value);
        }
        return numbers;
    }

    // ns, [ns], [ns, zone] or [ns, zone, layout]
    private static ZonedDateTime time(JsonNode operand) {
        if (operand.isArray() && operand.isEmpty()) {
            throw new BuiltinError(
                    "operand must be either number (ns) or [number (ns), string (tz)]");
        }
        long nanos = Operands.integer(operand.isArray() ? operand.get(0) : operand);
        String zone = operand.isArray() && operand.size() > 1 ? string(operand.get(1)) : "UTC";
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS))
                .atZone(zone(zone));
    }

    private static ZoneId zone(String name) {
        try {
            return switch (name) {
                case "", "UTC" -> ZoneOffset.UTC;
                case "Local" -> ZoneId.systemDefault();
                default -> ZoneId.of(name, ZoneId.SHORT_IDS);
            };
        } catch (DateTimeException e) {
            throw new BuiltinError("unknown time zone " + name);
        }
    }
}
