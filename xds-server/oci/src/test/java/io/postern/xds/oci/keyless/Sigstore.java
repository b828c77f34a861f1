package io.postern.xds.oci.keyless;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Json;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * As much of sigstore as a signature needs: an authority that certifies identities (Fulcio), the
 * log of its certificates (RFC 6962), and a log of signatures with one entry (Rekor).
 */
public final class Sigstore {
    public static final String IDENTITY = "release@example.com";
    public static final String ISSUER = "https://accounts.example.com";
    static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

    private static final ASN1ObjectIdentifier ISSUER_OID =
            new ASN1ObjectIdentifier("1.3.6.1.4.1.57264.1.8");

    /**
     * Authorities still write it, and cosign's older format is checked by it: not DER, as it is.
     */
    private static final ASN1ObjectIdentifier OLD_ISSUER_OID =
            new ASN1ObjectIdentifier("1.3.6.1.4.1.57264.1.1");

    private static final ASN1ObjectIdentifier SCTS =
            new ASN1ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2");
    private static final X500Name AUTHORITY = new X500Name("CN=authority,O=example");
    private static final String DSSE_TYPE = "application/vnd.in-toto+json";
    private static final int VALID_SECONDS = 600;

    private final KeyPair authority = pair();
    private final KeyPair certificateLog = pair();
    private final KeyPair signatureLog = pair();
    private final X509CertificateHolder root;

    public Sigstore() throws Exception {
        var builder =
                new X509v3CertificateBuilder(
                        AUTHORITY,
                        BigInteger.ONE,
                        Date.from(NOON.minusSeconds(86_400)),
                        Date.from(NOON.plusSeconds(86_400 * 365L)),
                        AUTHORITY,
                        info(authority));
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(1));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
        root = signed(builder);
    }

    /** What a signature claims; each test changes one thing. */
    public record Claim(String identity, String issuer, Instant at, String type, Digest subject) {
        /** A signature. */
        public static Claim good(Digest subject) {
            return new Claim(
                    IDENTITY, ISSUER, NOON, "https://sigstore.dev/cosign/sign/v1", subject);
        }

        /** Where it was built. */
        public static Claim provenance(Digest subject) {
            return new Claim(IDENTITY, ISSUER, NOON, "https://slsa.dev/provenance/v1", subject);
        }
    }

    /** A {@code trusted_root.json}. */
    public String trustedRoot() throws Exception {
        return """
        {"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
         "tlogs": [%s],
         "certificateAuthorities": [{"subject": {"organization": "example", "commonName": "authority"},
           "uri": "https://authority.example", "certChain": {"certificates": [{"rawBytes": "%s"}]},
           "validFor": {"start": "2026-01-01T00:00:00Z"}}],
         "ctlogs": [%s]}
        """
                .formatted(
                        log("https://log.example", signatureLog),
                        base64(root.getEncoded()),
                        log("https://ct.example", certificateLog));
    }

    private static String log(String url, KeyPair keys) {
        return """
        {"baseUrl": "%s", "hashAlgorithm": "SHA2_256",
         "publicKey": {"rawBytes": "%s", "keyDetails": "PKIX_ECDSA_P256_SHA_256",
           "validFor": {"start": "2026-01-01T00:00:00Z"}},
         "logId": {"keyId": "%s"}}
        """
                .formatted(url, base64(keys.getPublic().getEncoded()), base64(id(keys)));
    }

    /** A bundle, version 0.3, as {@code cosign sign} and {@code cosign attest} make it. */
    public byte[] bundle(Claim claim) throws Exception {
        KeyPair signer = pair();
        X509CertificateHolder certificate = certificate(claim, signer);
        ObjectNode statement =
                Json.object()
                        .put("_type", "https://in-toto.io/Statement/v1")
                        .put("predicateType", claim.type());
        statement
                .putArray("subject")
                .addObject()
                .put("name", "artifact")
                .putObject("digest")
                .put("sha256", claim.subject().hex());
        ObjectNode build = statement.putObject("predicate").putObject("runDetails");
        build.putObject("builder").put("id", "https://builder.example");
        byte[] payload = Json.bytes(statement);
        byte[] signature = sign(signer.getPrivate(), encoded(payload));

        ObjectNode bundle =
                Json.object().put("mediaType", "application/vnd.dev.sigstore.bundle.v0.3+json");
        ObjectNode material = bundle.putObject("verificationMaterial");
        material.putObject("certificate").put("rawBytes", base64(certificate.getEncoded()));
        material.putArray("tlogEntries")
                .add(entry(body(payload, signature, certificate), claim.at()));
        ObjectNode envelope = bundle.putObject("dsseEnvelope");
        envelope.put("payload", base64(payload)).put("payloadType", DSSE_TYPE);
        envelope.putArray("signatures").addObject().put("sig", base64(signature));
        return Json.bytes(bundle);
    }

    /** The same in cosign's older format, as {@code cosign sign} made it before version 3. */
    public LoggedSignature logged(Claim claim) throws Exception {
        KeyPair signer = pair();
        X509CertificateHolder certificate = certificate(claim, signer);
        byte[] payload =
                """
                {"critical":{"identity":{"docker-reference":""},\
                "image":{"docker-manifest-digest":"%s"},\
                "type":"cosign container image signature"},"optional":null}\
                """
                        .formatted(claim.subject())
                        .getBytes(UTF_8);
        byte[] signature = sign(signer.getPrivate(), payload);
        ObjectNode body = Json.object().put("apiVersion", "0.0.1").put("kind", "hashedrekord");
        ObjectNode spec = body.putObject("spec");
        hash(spec.putObject("data").putObject("hash"), payload);
        ObjectNode signed = spec.putObject("signature").put("content", base64(signature));
        signed.putObject("publicKey").put("content", base64(pem(certificate).getBytes(UTF_8)));
        ObjectNode entry = entry(Json.bytes(body), claim.at());
        ObjectNode said =
                Json.object()
                        .put(
                                "SignedEntryTimestamp",
                                entry.path("inclusionPromise")
                                        .path("signedEntryTimestamp")
                                        .asText());
        said.putObject("Payload")
                .put("body", entry.path("canonicalizedBody").asText())
                .put("integratedTime", claim.at().getEpochSecond())
                .put("logIndex", 0)
                .put("logID", HexFormat.of().formatHex(id(signatureLog)));
        return new LoggedSignature(
                payload, signature, pem(certificate), new String(Json.bytes(said), UTF_8));
    }

    private static byte[] encoded(byte[] payload) {
        var out = new ByteArrayOutputStream();
        String head = "DSSEv1 " + DSSE_TYPE.length() + " " + DSSE_TYPE + " " + payload.length + " ";
        out.writeBytes(head.getBytes(UTF_8));
        out.writeBytes(payload);
        return out.toByteArray();
    }

    private X509CertificateHolder certificate(Claim claim, KeyPair signer) throws Exception {
        var builder =
                new X509v3CertificateBuilder(
                        AUTHORITY,
                        BigInteger.TWO,
                        Date.from(NOON.minusSeconds(1)),
                        Date.from(NOON.plusSeconds(VALID_SECONDS)),
                        new X500Name(""),
                        info(signer));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(KeyPurposeId.id_kp_codeSigning));
        builder.addExtension(
                Extension.subjectAlternativeName,
                true,
                new GeneralNames(new GeneralName(GeneralName.rfc822Name, claim.identity())));
        builder.addExtension(OLD_ISSUER_OID, false, claim.issuer().getBytes(UTF_8));
        builder.addExtension(ISSUER_OID, false, new DERUTF8String(claim.issuer()));
        byte[] before = signed(builder).toASN1Structure().getTBSCertificate().getEncoded();
        builder.addExtension(SCTS, false, new DEROctetString(timestamps(before)));
        return signed(builder);
    }

    /** RFC 6962, section 3.2 and 3.3: one signed certificate timestamp, in a list. */
    private byte[] timestamps(byte[] before) throws Exception {
        long at = NOON.toEpochMilli();
        byte[] issuer = sha256(authority.getPublic().getEncoded());
        ByteBuffer covered = ByteBuffer.allocate(2 + 8 + 2 + 32 + 3 + before.length + 2);
        covered.put((byte) 0).put((byte) 0).putLong(at).putShort((short) 1).put(issuer);
        covered.put((byte) (before.length >> 16)).putShort((short) before.length).put(before);
        byte[] signature = sign(certificateLog.getPrivate(), covered.array());
        int length = 1 + 32 + 8 + 2 + 2 + 2 + signature.length;
        ByteBuffer list = ByteBuffer.allocate(4 + length);
        list.putShort((short) (length + 2)).putShort((short) length);
        list.put((byte) 0).put(id(certificateLog)).putLong(at).putShort((short) 0);
        list.put((byte) 4).put((byte) 3).putShort((short) signature.length).put(signature);
        return list.array();
    }

    private static byte[] body(byte[] payload, byte[] signature, X509CertificateHolder certificate)
            throws Exception {
        ObjectNode body = Json.object().put("apiVersion", "0.0.1").put("kind", "dsse");
        ObjectNode spec = body.putObject("spec");
        hash(spec.putObject("envelopeHash"), payload); // not compared: it depends on white space
        hash(spec.putObject("payloadHash"), payload);
        spec.putArray("signatures")
                .addObject()
                .put("signature", base64(signature))
                .put("verifier", base64(pem(certificate).getBytes(UTF_8)));
        return Json.bytes(body);
    }

    private static String pem(X509CertificateHolder certificate) throws Exception {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    private static void hash(ObjectNode into, byte[] content) {
        into.put("algorithm", "sha256").put("value", HexFormat.of().formatHex(sha256(content)));
    }

    private ObjectNode entry(byte[] body, Instant at) throws Exception {
        byte[] leaf = sha256(ByteBuffer.allocate(1 + body.length).put((byte) 0).put(body).array());
        long seconds = at.getEpochSecond();
        String promise =
                "{\"body\":\"%s\",\"integratedTime\":%d,\"logID\":\"%s\",\"logIndex\":0}"
                        .formatted(
                                base64(body), seconds, HexFormat.of().formatHex(id(signatureLog)));
        String note = "log.example - 1\n1\n" + base64(leaf) + "\n";
        byte[] noted = sign(signatureLog.getPrivate(), note.getBytes(UTF_8));
        byte[] hinted =
                ByteBuffer.allocate(4 + noted.length)
                        .put(id(signatureLog), 0, 4)
                        .put(noted)
                        .array();
        ObjectNode entry = Json.object().put("logIndex", "0");
        entry.putObject("logId").put("keyId", base64(id(signatureLog)));
        entry.putObject("kindVersion").put("kind", "dsse").put("version", "0.0.1");
        entry.put("integratedTime", "" + seconds);
        entry.putObject("inclusionPromise")
                .put(
                        "signedEntryTimestamp",
                        base64(sign(signatureLog.getPrivate(), promise.getBytes(UTF_8))));
        ObjectNode proof = entry.putObject("inclusionProof");
        proof.put("logIndex", "0").put("rootHash", base64(leaf)).put("treeSize", "1");
        proof.putArray("hashes");
        proof.putObject("checkpoint")
                .put("envelope", note + "\n\u2014 log.example " + base64(hinted) + "\n");
        return entry.put("canonicalizedBody", base64(body));
    }

    private X509CertificateHolder signed(X509v3CertificateBuilder builder) throws Exception {
        return builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate()));
    }

    private static SubjectPublicKeyInfo info(KeyPair keys) {
        return SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
    }

    private static KeyPair pair() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static byte[] sign(PrivateKey key, byte[] message) throws GeneralSecurityException {
        var signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(key);
        signer.update(message);
        return signer.sign();
    }

    private static byte[] id(KeyPair keys) {
        return sha256(keys.getPublic().getEncoded());
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }
}
