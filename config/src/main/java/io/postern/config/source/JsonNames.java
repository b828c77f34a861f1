package io.postern.config.source;

/** Field names as protobuf's JSON mapping writes them. */
public final class JsonNames {
    private JsonNames() {}

    /** {@code connect_timeout} to {@code connectTimeout}. */
    public static String of(String protoName) {
        if (protoName.indexOf('_') < 0) {
            return protoName;
        }
        var text = new StringBuilder(protoName.length());
        boolean upper = false;
        for (int i = 0; i < protoName.length(); i++) {
            char c = protoName.charAt(i);
            if (c == '_') {
                upper = true;
            } else {
                text.append(upper ? Character.toUpperCase(c) : c);
                upper = false;
            }
        }
        return text.toString();
    }
}
