package io.postern.xds.oci;

/** What others wrote, made fit for a line of ours. */
public final class Text {
    private static final int MOST_SHOWN = 200;

    private Text() {}

    /** Without control characters, and cut: it goes to terminals and logs. */
    public static String shown(String foreign) {
        var clean = new StringBuilder();
        for (int i = 0; i < foreign.length() && i < MOST_SHOWN; i++) {
            char c = foreign.charAt(i);
            clean.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
        }
        return foreign.length() > MOST_SHOWN ? clean.append('…').toString() : clean.toString();
    }
}
