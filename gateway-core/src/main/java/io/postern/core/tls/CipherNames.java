package io.postern.core.tls;

/** OpenSSL's cipher names in the JDK's spelling. Thread-safe: stateless. */
final class CipherNames {
    private CipherNames() {}

    /** {@code ECDHE-RSA-AES128-GCM-SHA256}: {@code TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}. */
    static String toJdk(String openSsl) {
        if (openSsl.startsWith("TLS_")) {
            return openSsl;
        }
        String exchange = "RSA";
        String rest = openSsl;
        for (String prefix : new String[] {"ECDHE-ECDSA-", "ECDHE-RSA-"}) {
            if (openSsl.startsWith(prefix)) {
                exchange = prefix.substring(0, prefix.length() - 1).replace('-', '_');
                rest = openSsl.substring(prefix.length());
            }
        }
        return "TLS_" + exchange + "_WITH_" + cipher(rest);
    }

    private static String cipher(String name) {
        if (name.equals("CHACHA20-POLY1305")) {
            return "CHACHA20_POLY1305_SHA256";
        }
        String spaced = name.replace("AES128", "AES_128").replace("AES256", "AES_256");
        String jdk = spaced.replace('-', '_');
        return jdk.contains("GCM") ? jdk : jdk.replace("_SHA", "_CBC_SHA");
    }
}
