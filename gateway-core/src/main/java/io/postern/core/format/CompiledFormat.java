package io.postern.core.format;

import io.postern.config.model.Format;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Format} as an array of operators: what a name means is found out once, when the
 * configuration is loaded. Thread-safe: immutable.
 */
public final class CompiledFormat {
    private static final byte[] NOTHING = {};
    private static final byte[] DASH = {'-'};

    private final Piece[] pieces;

    private CompiledFormat(List<Piece> pieces) {
        this.pieces = pieces.toArray(Piece[]::new);
    }

    /** What is wrong with a format; null when it can be compiled. */
    public static @Nullable String problem(Format format) {
        for (Format.Part part : format.parts()) {
            if (part instanceof Format.Operator operator && Operators.of(operator, null) == null) {
                return "%"
                        + operator.name()
                        + "%: unknown command operator (expected: one of Envoy's, such as"
                        + " %RESPONSE_CODE%)";
            }
        }
        return null;
    }

    /**
     * Compiles a format.
     *
     * @param omitEmpty operators without a value write nothing instead of {@code -}
     * @throws IllegalArgumentException for an unknown operator; see {@link #problem}
     */
    public static CompiledFormat compile(
            Format format, FormatEnvironment environment, boolean omitEmpty) {
        var pieces = new ArrayList<Piece>();
        for (Format.Part part : format.parts()) {
            pieces.add(piece(part, environment, omitEmpty));
        }
        return new CompiledFormat(pieces);
    }

    private static Piece piece(Format.Part part, FormatEnvironment environment, boolean omitEmpty) {
        return switch (part) {
            case Format.Literal(byte[] octets) -> new Piece(octets, null, -1, NOTHING);
            case Format.Operator operator -> {
                Operator compiled = Operators.of(operator, environment);
                if (compiled == null) {
                    throw new IllegalArgumentException(
                            "%" + operator.name() + "%: unknown command operator");
                }
                byte[] missing = omitEmpty ? NOTHING : DASH;
                yield new Piece(NOTHING, compiled, operator.maxLength(), missing);
            }
        };
    }

    /** Appends the text for a stream. */
    public void write(StreamView view, OctetBuffer out) {
        for (Piece piece : pieces) {
            piece.write(view, out);
        }
    }

    /** Appends the text as a part of a JSON text: what is escaped how is decided piece by piece. */
    void writeEscaped(StreamView view, OctetBuffer scratch, OctetBuffer out) {
        for (Piece piece : pieces) {
            scratch.clear();
            piece.write(view, scratch);
            JsonText.escape(scratch.array(), 0, scratch.length(), out);
        }
    }

    /** The text, when it is the same for every stream; null otherwise. */
    public byte @Nullable [] constant() {
        var out = new OctetBuffer();
        for (Piece piece : pieces) {
            if (piece.operator != null) {
                return null;
            }
            out.append(piece.literal);
        }
        return out.toOctets();
    }

    /** The only operator, when there is nothing else; null otherwise. */
    @Nullable Operator single() {
        return pieces.length == 1 ? pieces[0].operator : null;
    }

    /** Length limit of the only operator, -1 for none. */
    int singleMaxLength() {
        return pieces[0].maxLength;
    }

    private record Piece(
            byte[] literal, @Nullable Operator operator, int maxLength, byte[] missing) {
        void write(StreamView view, OctetBuffer out) {
            if (operator == null) {
                out.append(literal);
                return;
            }
            int start = out.length();
            if (!operator.write(view, out)) {
                out.append(missing);
            } else if (maxLength >= 0) {
                out.truncate(start + maxLength);
            }
        }
    }
}
