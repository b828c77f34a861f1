package io.postern.core.tls;

import io.postern.config.model.DataSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blocks of a PEM text (RFC 7468); text between them is allowed. Control side: reads files.
 *
 * @param origin where it comes from, for messages
 */
record Pem(String origin, List<Block> blocks) {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    Pem {
        blocks = List.copyOf(blocks);
    }

    /** Reads {@code source}; there is at least one block. */
    static Pem read(DataSource source) {
        return switch (source) {
            case DataSource.LocalFile(String path) -> parse("file '" + path + "'", load(path));
            case DataSource.Inline(byte[] bytes) -> parse("inline PEM", text(bytes));
        };
    }

    private static String load(String path) {
        try {
            return text(Files.readAllBytes(Path.of(path)));
        } catch (NoSuchFileException e) {
            throw new TlsConfigException(
                    "file '"
                            + path
                            + "' is not there (expected: a PEM file; a relative path starts at"
                            + " the working directory, "
                            + Path.of("").toAbsolutePath()
                            + ")",
                    e);
        } catch (IOException e) {
            throw new TlsConfigException(
                    "file '" + path + "' cannot be read: " + e.getMessage(), e);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static Pem parse(String origin, String text) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), decode(origin, matcher)));
        }
        if (blocks.isEmpty()) {
            throw new TlsConfigException(
                    origin
                            + " has no PEM block (expected: -----BEGIN … -----; a DER file is"
                            + " converted with 'openssl x509 -inform der' or 'openssl pkey -inform"
                            + " der')");
        }
        return new Pem(origin, blocks);
    }

    private static byte[] decode(String origin, Matcher block) {
        String body = block.group(2);
        if (body.contains("ENCRYPTED")) {
            throw new TlsConfigException(
                    origin
                            + " is encrypted (expected: a key without a passphrase; 'openssl pkey"
                            + " -in KEY -out PLAIN' removes it)");
        }
        try {
            return Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw new TlsConfigException(
                    origin + ": block '" + block.group(1) + "' is not base64: " + e.getMessage(),
                    e);
        }
    }

    /** One block, decoded. */
    record Block(String type, byte[] der) {}
}
