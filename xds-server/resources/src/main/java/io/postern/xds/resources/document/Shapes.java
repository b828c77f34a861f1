package io.postern.xds.resources.document;

import io.postern.xds.resources.document.Shape.Anything;
import io.postern.xds.resources.document.Shape.Field;
import io.postern.xds.resources.document.Shape.Fields;
import io.postern.xds.resources.document.Shape.Items;
import io.postern.xds.resources.document.Shape.Table;
import io.postern.xds.resources.document.Shape.Text;
import io.postern.xds.resources.document.Shape.Truth;
import io.postern.xds.resources.document.Shape.Whole;
import io.postern.xds.resources.document.Shape.Word;
import java.util.LinkedHashMap;
import java.util.List;

/** The shapes that kinds are declared with; patterns and bounds are Gateway API's. */
public final class Shapes {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String DNS = LABEL + "(\\." + LABEL + ")*";
    private static final String TOKEN = "[A-Za-z0-9!#$%&'*+\\-.^_`|~]+";

    /** Kubernetes' names of objects. */
    public static final Shape NAME = new Text(DNS, 1, 253, "a DNS name in lower case");

    /** A namespace, or the name of a port or listener. */
    public static final Shape LABEL_NAME = new Text(LABEL, 1, 63, "a DNS label in lower case");

    /** The name of a listener. */
    public static final Shape SECTION = NAME;

    /** A host name that may begin with a wildcard. */
    public static final Shape HOSTNAME =
            new Text("(\\*\\.)?" + DNS, 1, 253, "a host name in lower case, or *. and one");

    /** A host name. */
    public static final Shape PRECISE_HOSTNAME =
            new Text(DNS, 1, 253, "a host name in lower case without a wildcard");

    /** The group of a kind; empty for Kubernetes' own. */
    public static final Shape GROUP = new Text("(" + DNS + ")?", 0, 253, "a group, or \"\"");

    /** A kind. */
    public static final Shape KIND =
            new Text("[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?", 1, 63, "a kind");

    /** A header's name. */
    public static final Shape HEADER = new Text(TOKEN, 1, 256, "a header's name");

    /** Gateway API's durations (GEP-2257). */
    public static final Shape DURATION =
            new Text("([0-9]{1,5}(h|m|s|ms)){1,4}", 1, 24, "a duration: 250ms, 10s, 1h30m");

    /** The digest of a plugin. */
    public static final Shape SHA256 =
            new Text("[0-9a-f]{64}", 64, 64, "64 lower-case hexadecimal digits");

    /** A TCP port. */
    public static final Shape PORT = new Whole(1, 65535);

    /** Up to 4 KiB of any text. */
    public static final Shape TEXT = new Text("", 0, 4096, "a text");

    /** A text of any length. */
    public static final Shape LONG_TEXT = new Text("", 0, Integer.MAX_VALUE, "a text");

    /** True or false. */
    public static final Shape TRUTH = new Truth();

    /** Whatever it is. */
    public static final Shape ANYTHING = new Anything();

    private Shapes() {}

    /** A text of up to {@code max} characters. */
    public static Shape text(int min, int max) {
        return new Text("", min, max, "a text");
    }

    /** A number of the range. */
    public static Shape whole(long min, long max) {
        return new Whole(min, max);
    }

    /** One of {@code words}. */
    public static Shape word(String... words) {
        return new Word(List.of(words));
    }

    /** At most {@code max} of {@code item}. */
    public static Shape list(Shape item, int max) {
        return new Items(item, 0, max);
    }

    /** From {@code min} to {@code max} of {@code item}. */
    public static Shape list(Shape item, int min, int max) {
        return new Items(item, min, max);
    }

    /** Texts by names of the user's. */
    public static Shape table(Shape value, int max) {
        return new Table(value, max);
    }

    /** A map with known keys. */
    public static Builder fields() {
        return new Builder();
    }

    /** Collects the keys of a map. */
    public static final class Builder {
        private final LinkedHashMap<String, Field> fields = new LinkedHashMap<>();

        /** A key that may be absent. */
        public Builder may(String name, Shape shape, String meaning) {
            fields.put(name, new Field(shape, false, meaning));
            return this;
        }

        /** A key that may be absent, of a kind that is documented elsewhere. */
        public Builder may(String name, Shape shape) {
            return may(name, shape, "");
        }

        /** A key that must be there. */
        public Builder must(String name, Shape shape, String meaning) {
            fields.put(name, new Field(shape, true, meaning));
            return this;
        }

        /** A key that must be there, of a kind that is documented elsewhere. */
        public Builder must(String name, Shape shape) {
            return must(name, shape, "");
        }

        /** Keys that are known and do nothing here. */
        public Builder unread(String... names) {
            for (var name : names) {
                may(name, ANYTHING, "not read");
            }
            return this;
        }

        /** Keys of Gateway API that are not supported. */
        public Builder unsupported(String instead, String... names) {
            for (var name : names) {
                may(name, new Shape.Unsupported(instead), "not supported yet");
            }
            return this;
        }

        /** All keys of {@code other}. */
        public Builder all(Fields other) {
            fields.putAll(other.fields());
            return this;
        }

        /** The shape. */
        public Fields build() {
            return new Fields(fields);
        }
    }
}
