package io.postern.sdk;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An ordered multimap of header lines, kept as octets in one flat array.
 *
 * <p>Names are lower-case; pseudo-headers ({@code :method}, {@code :path}, {@code :authority},
 * {@code :scheme}, {@code :status}) are ordinary entries that come first, as in Envoy. Looking up,
 * copying and re-writing allocate nothing; only the methods that return a {@link String} do. A
 * {@code String} is read and written as Latin-1: one char is one octet. Values from configuration
 * are turned into UTF-8 octets once, when the configuration is loaded.
 *
 * <p>Confined to one thread at a time. Indexes are valid until the next change.
 */
public final class HeaderMap {
    private static final int FIELDS = 4; // name start, name length, value start, value length
    private static final int COMPACT_AT_LEAST = 1024;

    private byte[] octets;
    private int used;
    private int live;
    private int[] lines = new int[16 * FIELDS];
    private int size;
    private @Nullable HeaderSpelling spelling;

    /** An empty map with room for a usual request head. */
    public HeaderMap() {
        this(512);
    }

    /** An empty map with room for {@code expectedOctets} octets of names and values. */
    public HeaderMap(int expectedOctets) {
        octets = new byte[Math.max(16, expectedOctets)];
    }

    /** A map of {@code name, value, name, value …}; for tests and rare paths. */
    public static HeaderMap of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("namesAndValues: odd length (expected: pairs)");
        }
        var map = new HeaderMap();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.add(HeaderName.of(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return map;
    }

    /** Number of header lines, pseudo-headers included. */
    public int size() {
        return size;
    }

    /** Octets of all names and values together; what header limits count. */
    public int octetCount() {
        return live;
    }

    /**
     * The backing array, for copying only: read it with {@link #nameStart} and {@link #valueStart}
     * before the next change to this map.
     */
    public byte[] octets() {
        return octets;
    }

    /** Where the name of line {@code index} starts in {@link #octets()}. */
    public int nameStart(int index) {
        return lines[index * FIELDS];
    }

    /** Length of the name of line {@code index}, in octets. */
    public int nameLength(int index) {
        return lines[index * FIELDS + 1];
    }

    /** Where the value of line {@code index} starts in {@link #octets()}. */
    public int valueStart(int index) {
        return lines[index * FIELDS + 2];
    }

    /** Length of the value of line {@code index}, in octets. */
    public int valueLength(int index) {
        return lines[index * FIELDS + 3];
    }

    /** The name of line {@code index}; allocates. */
    public String name(int index) {
        return latin1(nameStart(index), nameLength(index));
    }

    /** The value of line {@code index} as Latin-1; allocates. */
    public String value(int index) {
        return latin1(valueStart(index), valueLength(index));
    }

    /** The value of line {@code index} as UTF-8 (malformed octets become U+FFFD); allocates. */
    public String valueUtf8(int index) {
        return new String(octets, valueStart(index), valueLength(index), StandardCharsets.UTF_8);
    }

    /** The value of line {@code index} as a fresh array. */
    public byte[] valueOctets(int index) {
        int start = valueStart(index);
        return Arrays.copyOfRange(octets, start, start + valueLength(index));
    }

    /** Index of the first line called {@code name}, or -1. */
    public int indexOf(HeaderName name) {
        return indexOf(name, 0);
    }

    /** Index of the first line at or after {@code from} called {@code name}, or -1. */
    public int indexOf(HeaderName name, int from) {
        byte[] wanted = name.octets;
        return indexOf(wanted, 0, wanted.length, from);
    }

    /**
     * Index of the first line at or after {@code from} whose name is these octets, or -1.
     * Upper-case ASCII letters in the octets match, too.
     */
    public int indexOf(byte[] name, int offset, int length, int from) {
        for (int i = from; i < size; i++) {
            if (nameLength(i) == length && sameName(nameStart(i), name, offset, length)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether a line is called {@code name}. */
    public boolean contains(HeaderName name) {
        return indexOf(name, 0) >= 0;
    }

    /** The value of the first line called {@code name} as Latin-1, or null; allocates. */
    public @Nullable String get(HeaderName name) {
        int index = indexOf(name, 0);
        return index < 0 ? null : value(index);
    }

    /** Whether the value of line {@code index} is exactly these ASCII characters. */
    public boolean valueIs(int index, String expected) {
        return sameValue(index, expected, false);
    }

    /** Whether the value of line {@code index} is these ASCII characters, letter case apart. */
    public boolean valueIsIgnoreCase(int index, String expected) {
        return sameValue(index, expected, true);
    }

    private boolean sameValue(int index, String expected, boolean anyCase) {
        int length = valueLength(index);
        if (length != expected.length()) {
            return false;
        }
        int start = valueStart(index);
        for (int i = 0; i < length; i++) {
            byte have = octets[start + i];
            byte want = (byte) expected.charAt(i);
            if (have != want && !(anyCase && lower(have) == lower(want))) {
                return false;
            }
        }
        return true;
    }

    /** Appends a line. */
    public void add(HeaderName name, String value) {
        int length = value.length();
        int line = append(name.octets, 0, name.octets.length, length);
        latin1Into(value, lines[line + 2]);
    }

    /** Appends a line. */
    public void add(HeaderName name, byte[] value) {
        add(name.octets, 0, name.octets.length, value, 0, value.length);
    }

    /** Appends a line; ASCII upper-case letters of the name become lower case. */
    public void add(
            byte[] name, int nameOffset, int nameLength, byte[] value, int offset, int length) {
        int line = append(name, nameOffset, nameLength, length);
        System.arraycopy(value, offset, octets, lines[line + 2], length);
    }

    /** Appends a line of Latin-1 sequences; ASCII upper-case letters of the name are lowered. */
    public void add(CharSequence name, CharSequence value) {
        int nameLength = name.length();
        int valueLength = value.length();
        int at = reserve(nameLength + valueLength);
        for (int i = 0; i < nameLength; i++) {
            octets[at + i] = lower((byte) name.charAt(i));
        }
        for (int i = 0; i < valueLength; i++) {
            octets[at + nameLength + i] = (byte) value.charAt(i);
        }
        addLine(at, nameLength, valueLength);
    }

    /** Replaces the first line called {@code name} and removes the others, or appends one. */
    public void set(HeaderName name, String value) {
        int index = first(name.octets, 0, name.octets.length);
        if (index < 0) {
            add(name, value);
        } else {
            latin1Into(value, makeRoomForValue(index, value.length()));
        }
    }

    /** Replaces the first line called {@code name} and removes the others, or appends one. */
    public void set(HeaderName name, byte[] value) {
        set(name.octets, 0, name.octets.length, value, 0, value.length);
    }

    /** Replaces the first line of this name and removes the others, or appends one. */
    public void set(
            byte[] name, int nameOffset, int nameLength, byte[] value, int offset, int length) {
        int index = first(name, nameOffset, nameLength);
        if (index < 0) {
            add(name, nameOffset, nameLength, value, offset, length);
        } else {
            setValue(index, value, offset, length);
        }
    }

    /** Replaces the value of line {@code index}. */
    public void setValue(int index, byte[] value, int offset, int length) {
        int at = makeRoomForValue(index, length); // may replace the array
        System.arraycopy(value, offset, octets, at, length);
    }

    /** Removes every line called {@code name} and returns how many there were. */
    public int remove(HeaderName name) {
        return remove(name.octets, 0, name.octets.length);
    }

    /** Removes every line whose name is these octets and returns how many there were. */
    public int remove(byte[] name, int offset, int length) {
        int removed = 0;
        for (int i = indexOf(name, offset, length, 0);
                i >= 0;
                i = indexOf(name, offset, length, i)) {
            removeAt(i);
            removed++;
        }
        return removed;
    }

    /** Removes line {@code index}; later lines move down by one. */
    public void removeAt(int index) {
        live -= nameLength(index) + valueLength(index);
        size--;
        System.arraycopy(
                lines, (index + 1) * FIELDS, lines, index * FIELDS, (size - index) * FIELDS);
    }

    /** Removes all lines and keeps the memory. */
    public void clear() {
        size = 0;
        used = 0;
        live = 0;
    }

    /** How names were spelled where the message came from; null: not known, or of no interest. */
    public @Nullable HeaderSpelling spelling() {
        return spelling;
    }

    /** Says how names were spelled; for the codec that has read the message. */
    public void setSpelling(HeaderSpelling spelling) {
        this.spelling = spelling;
    }

    /** Makes this map a copy of {@code other}. */
    public void copyFrom(HeaderMap other) {
        clear();
        spelling = other.spelling;
        for (int i = 0; i < other.size; i++) {
            add(
                    other.octets,
                    other.nameStart(i),
                    other.nameLength(i),
                    other.octets,
                    other.valueStart(i),
                    other.valueLength(i));
        }
    }

    /** All lines, one a row; for tests and debugging. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (int i = 0; i < size; i++) {
            text.append(name(i)).append(": ").append(value(i)).append('\n');
        }
        return text.toString();
    }

    private int first(byte[] name, int offset, int length) {
        int index = indexOf(name, offset, length, 0);
        if (index >= 0) {
            for (int i = indexOf(name, offset, length, index + 1);
                    i >= 0;
                    i = indexOf(name, offset, length, i)) {
                removeAt(i);
            }
        }
        return index;
    }

    private int append(byte[] name, int offset, int nameLength, int valueLength) {
        int at = reserve(nameLength + valueLength);
        for (int i = 0; i < nameLength; i++) {
            octets[at + i] = lower(name[offset + i]);
        }
        return addLine(at, nameLength, valueLength);
    }

    private int addLine(int at, int nameLength, int valueLength) {
        int line = size * FIELDS;
        if (line == lines.length) {
            lines = Arrays.copyOf(lines, lines.length * 2);
        }
        lines[line] = at;
        lines[line + 1] = nameLength;
        lines[line + 2] = at + nameLength;
        lines[line + 3] = valueLength;
        live += nameLength + valueLength;
        size++;
        return line;
    }

    private int makeRoomForValue(int index, int length) {
        int line = index * FIELDS;
        if (length > lines[line + 3]) {
            int at = reserve(length);
            lines[line + 2] = at;
        }
        live += length - lines[line + 3];
        lines[line + 3] = length;
        return lines[line + 2];
    }

    private int reserve(int length) {
        if (used + length > octets.length) {
            grow(length);
        }
        int at = used;
        used += length;
        return at;
    }

    // Compacts before growing, so that a filter that sets one header for ever does not grow the
    // map.
    private void grow(int length) {
        int needed = Math.addExact(live, length);
        boolean mostlyDead = used > COMPACT_AT_LEAST && live < used / 2;
        int usual = mostlyDead ? octets.length : octets.length * 2;
        byte[] target = new byte[Math.max(usual, needed)];
        int at = 0;
        for (int line = 0; line < size * FIELDS; line += FIELDS) {
            System.arraycopy(octets, lines[line], target, at, lines[line + 1]);
            System.arraycopy(
                    octets, lines[line + 2], target, at + lines[line + 1], lines[line + 3]);
            lines[line] = at;
            lines[line + 2] = at + lines[line + 1];
            at += lines[line + 1] + lines[line + 3];
        }
        octets = target;
        used = at;
    }

    private boolean sameName(int start, byte[] name, int offset, int length) {
        for (int i = 0; i < length; i++) {
            byte have = octets[start + i];
            byte want = name[offset + i];
            if (have != want && have != lower(want)) {
                return false;
            }
        }
        return true;
    }

    private static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet + 32) : octet;
    }

    private String latin1(int start, int length) {
        return new String(octets, start, length, StandardCharsets.ISO_8859_1);
    }

    @SuppressWarnings("deprecation") // the only copy of Latin-1 chars into an array without garbage
    private void latin1Into(String value, int at) {
        value.getBytes(0, value.length(), octets, at);
    }
}
