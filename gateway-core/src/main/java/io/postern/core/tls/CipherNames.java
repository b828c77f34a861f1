package io.postern.core.tls;

/** Names of ciphers as OpenSSL and as the JDK spell them. Thread-safe: stateless. */
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

    /** The other way round; TLS 1.3 has one spelling for all. */
    static String toOpenSsl(String jdk) {
        int with = jdk.indexOf("_WITH_");
        if (with < 0) {
            return jdk;
        }
        String exchange = jdk.substring("TLS_".length(), with).replace('_', '-');
        String cipher =
                jdk.substring(with + "_WITH_".length())
                        .replace("POLY1305_SHA256", "POLY1305")
                        .replace("AES_", "AES")
                        .replace("_CBC", "")
                        .replace('_', '-');
        return exchange.equals("RSA") ? cipher : exchange + "-" + cipher;
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
