//! The examples of RFC 7515 appendix A, and tokens bent in every way that has broken a verifier before.

use super::*;
use crate::jwk::{read_key, Member};
use strict_json::{parse, Field};

/// One second before the `exp` of the RFC's examples.
const NOW: u64 = 1_300_819_379;

const PAYLOAD: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

const HS256_KEY: &str =
    r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;
const HS256_HEADER: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9";
const HS256_SIGNATURE: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

const RS256_KEY: &str = r#"{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}"#;
const RS256_HEADER: &str = "eyJhbGciOiJSUzI1NiJ9";
const RS256_SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

const ES256_KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
const ES256_HEADER: &str = "eyJhbGciOiJFUzI1NiJ9";
const ES256_SIGNATURE: &str = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

const NOT_VALID: &str = "The signature is not valid";
const MALFORMED: &str = "The token is malformed";

fn policy(keys: &[&str]) -> TokenPolicy {
    let read = |jwk: &&str| match read_key(&Field::root(&parse(jwk.as_bytes()).unwrap())) {
        Ok(Member::Usable(key)) => key,
        _ => panic!("usable: {jwk}"),
    };
    TokenPolicy {
        keys: keys.iter().map(read).collect(),
        rules: ClaimRules {
            issuer: Some("joe".into()),
            audiences: vec![],
            clock_skew_seconds: 0,
            require_expiry: true,
        },
        max_token_bytes: 8192,
        verified: VerifiedTokens::new(16),
    }
}

fn identify(claims: &Json) -> Result<Identity, Denial> {
    Ok(Identity::of_api_key(Rc::from(claims.member("iss").and_then(Json::text).unwrap_or_default())))
}

fn judge_at(policy: &TokenPolicy, token: &[u8], now: u64) -> &'static str {
    policy.identity_of(token, now, identify).map_or_else(|denial| denial.description, |_| "ok")
}

fn judge(policy: &TokenPolicy, token: &str) -> &'static str {
    judge_at(policy, token.as_bytes(), NOW)
}

fn encode(text: &str) -> String {
    Base64UrlUnpadded::encode_string(text.as_bytes())
}

fn hs256_signed(header: &str, payload: &str) -> String {
    use hmac::{KeyInit, Mac};
    let jwk = parse(HS256_KEY.as_bytes()).unwrap();
    let secret = Base64UrlUnpadded::decode_vec(jwk.member("k").and_then(Json::text).unwrap()).unwrap();
    let signed = format!("{}.{}", encode(header), encode(payload));
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(&secret).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", Base64UrlUnpadded::encode_string(&mac.finalize().into_bytes()))
}

fn with_kid(jwk: &str, kid: &str) -> String {
    jwk.replacen('{', &format!("{{\"kid\":\"{kid}\","), 1)
}

#[test]
fn accepts_the_examples_of_rfc_7515() {
    let policy = policy(&[HS256_KEY, RS256_KEY, ES256_KEY]);
    for (header, signature) in
        [(HS256_HEADER, HS256_SIGNATURE), (RS256_HEADER, RS256_SIGNATURE), (ES256_HEADER, ES256_SIGNATURE)]
    {
        let token = format!("{header}.{PAYLOAD}.{signature}");
        let (claims, _) = policy.verify(token.as_bytes(), NOW).expect(header);
        assert_eq!(claims.member("iss").and_then(Json::text), Some("joe"));
        assert_eq!(judge_at(&policy, token.as_bytes(), NOW + 1), "The token has expired");
    }
}

#[test]
fn judges_the_lifetime_of_a_recognised_token_anew() {
    let policy = policy(&[HS256_KEY]);
    let token = hs256_signed(r#"{"alg":"HS256"}"#, &format!(r#"{{"iss":"joe","exp":{},"nbf":{NOW}}}"#, NOW + 2));
    let seen = [NOW, NOW + 1, NOW + 2, NOW - 1, NOW].map(|now| judge_at(&policy, token.as_bytes(), now));
    assert_eq!(seen, ["ok", "ok", "The token has expired", "The token is not valid yet", "ok"]);
}

#[test]
fn recognises_only_what_was_good() {
    use std::cell::Cell;
    let (policy, asked) = (policy(&[HS256_KEY]), Cell::new(0));
    let ask = |token: &str, good: bool| {
        let identify = |claims: &Json| {
            asked.set(asked.get() + 1);
            if good {
                identify(claims)
            } else {
                Err(Denial::MISSING)
            }
        };
        policy.identity_of(token.as_bytes(), NOW, identify).is_ok()
    };
    let good = hs256_signed(r#"{"alg":"HS256"}"#, r#"{"iss":"joe","exp":1400000000}"#);
    assert_eq!((ask(&good, false), ask(&good, false), asked.get()), (false, false, 2));
    assert_eq!((ask(&good, true), ask(&good, true), asked.get()), (true, true, 3));
    let bent = good.replacen("eyJ", "eyK", 1);
    assert_eq!((ask(&bent, true), ask(&bent, true), asked.get()), (false, false, 3));
}

#[test]
fn refuses_every_single_changed_character() {
    let policy = policy(&[HS256_KEY, RS256_KEY, ES256_KEY]);
    for (header, signature) in
        [(HS256_HEADER, HS256_SIGNATURE), (RS256_HEADER, RS256_SIGNATURE), (ES256_HEADER, ES256_SIGNATURE)]
    {
        let token = format!("{header}.{PAYLOAD}.{signature}");
        for place in 0..token.len() {
            let mut bent = token.clone().into_bytes();
            bent[place] = if bent[place] == b'A' { b'B' } else { b'A' };
            assert!(judge_at(&policy, &bent, NOW) != "ok", "{header} changed at {place}");
        }
    }
}

#[test]
fn refuses_a_signature_encoded_in_a_second_way() {
    // The last character of 32 bytes carries 2 unused bits: "k" and "l" must not both be accepted.
    let policy = policy(&[HS256_KEY]);
    let other = HS256_SIGNATURE.replace("jXk", "jXl");
    assert_eq!(judge(&policy, &format!("{HS256_HEADER}.{PAYLOAD}.{other}")), MALFORMED);
    assert_eq!(judge(&policy, &format!("{HS256_HEADER}.{PAYLOAD}.{HS256_SIGNATURE}=")), MALFORMED);
}

#[test]
fn refuses_tokens_without_signature_and_unknown_algorithms() {
    let policy = policy(&[HS256_KEY, RS256_KEY, ES256_KEY]);
    for header in [
        r#"{"alg":"none"}"#,
        r#"{"alg":"None"}"#,
        r#"{"alg":"nOnE"}"#,
        r#"{"alg":""}"#,
        r#"{"alg":null}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"alg":"hs256"}"#,
        r#"{"alg":"HS512"}"#,
        r#"{"alg":"PS256"}"#,
        r#"{"typ":"JWT"}"#,
    ] {
        for signature in ["", HS256_SIGNATURE] {
            let token = format!("{}.{PAYLOAD}.{signature}", encode(header));
            assert_eq!(judge(&policy, &token), "The signature algorithm is not accepted", "{header}");
        }
    }
}

#[test]
fn refuses_a_public_key_used_as_hmac_secret() {
    // The classic confusion: HS256 over the bytes of the public key, which everybody knows.
    let policy = policy(&[RS256_KEY, ES256_KEY]);
    let token = hs256_signed(r#"{"alg":"HS256"}"#, r#"{"iss":"joe","exp":1400000000}"#);
    assert_eq!(judge(&policy, &token), "The token is signed with an unknown key");
    let renamed = format!("{RS256_HEADER}.{PAYLOAD}.{HS256_SIGNATURE}");
    assert_eq!(judge(&policy, &renamed), NOT_VALID);
}

#[test]
fn refuses_signatures_that_fit_every_message() {
    let policy = policy(&[RS256_KEY, ES256_KEY]);
    // r = s = 0 (CVE-2022-21449), and DER instead of two integers.
    let zeros = Base64UrlUnpadded::encode_string(&[0; 64]);
    let der = Base64UrlUnpadded::encode_string(&[&[0x30, 0x44, 2, 32][..], &[1; 32], &[2, 32], &[1; 32]].concat());
    for signature in [zeros.as_str(), &der, "", "AA"] {
        assert_eq!(judge(&policy, &format!("{ES256_HEADER}.{PAYLOAD}.{signature}")), NOT_VALID, "{signature}");
    }
    // 0, 1, and numbers of the modulus and above.
    let number = |byte: u8, last: u8| {
        let mut bytes = [byte; 256];
        bytes[255] = last;
        Base64UrlUnpadded::encode_string(&bytes)
    };
    for signature in [number(0, 0), number(0, 1), number(0xff, 0xff), String::new(), zeros] {
        assert_eq!(judge(&policy, &format!("{RS256_HEADER}.{PAYLOAD}.{signature}")), NOT_VALID, "{signature}");
    }
}

#[test]
fn chooses_the_key_by_kid_and_algorithm() {
    let (one, two) = (with_kid(HS256_KEY, "one"), with_kid(RS256_KEY, "one"));
    let other = with_kid(&HS256_KEY.replace("AyM1", "BBBB"), "two");
    let unnamed = HS256_KEY.replace("AyM1", "CCCC");
    let policy = policy(&[&other, &two, &one]);
    let signed = |header: &str| hs256_signed(header, r#"{"iss":"joe","exp":1400000000}"#);
    let cases = [
        (r#"{"alg":"HS256","kid":"one"}"#, "ok"),
        (r#"{"alg":"HS256"}"#, "ok"),
        (r#"{"alg":"HS256","kid":"two"}"#, NOT_VALID),
        (r#"{"alg":"HS256","kid":"three"}"#, "The token is signed with an unknown key"),
        (r#"{"alg":"HS256","kid":""}"#, "The token is signed with an unknown key"),
        (r#"{"alg":"HS256","kid":1}"#, MALFORMED),
    ];
    for (header, expected) in cases {
        assert_eq!(judge(&policy, &signed(header)), expected, "{header}");
    }
    let with_unnamed = self::policy(&[&unnamed, HS256_KEY]);
    assert_eq!(judge(&with_unnamed, &signed(r#"{"alg":"HS256","kid":"anything"}"#)), "ok");
}

#[test]
fn tries_few_keys_for_a_token_without_kid() {
    let keys: Vec<String> =
        (0..6).map(|n| with_kid(&HS256_KEY.replace("AyM1", &format!("AAA{n}")), &n.to_string())).collect();
    let mut keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let right = with_kid(HS256_KEY, "right");
    keys.push(&right);
    let payload = r#"{"iss":"joe","exp":1400000000}"#;
    let without = judge(&policy(&keys), &hs256_signed(r#"{"alg":"HS256"}"#, payload));
    assert_eq!(without, "The token does not say which key it is signed with");
    assert_eq!(judge(&policy(&keys), &hs256_signed(r#"{"alg":"HS256","kid":"right"}"#, payload)), "ok");
}

#[test]
fn refuses_headers_it_does_not_understand_or_that_say_two_things() {
    let policy = policy(&[HS256_KEY]);
    let cases = [
        (r#"{"alg":"HS256","crit":["exp"]}"#, "The token has a critical extension"),
        (r#"{"alg":"HS256","crit":[]}"#, "The token has a critical extension"),
        (r#"{"alg":"none","alg":"HS256"}"#, MALFORMED),
        (r#"["HS256"]"#, MALFORMED),
        ("HS256", MALFORMED),
        (r#"{"alg":"HS256","jku":"https://evil","jwk":{"kty":"oct","k":"AAAA"}}"#, "ok"),
    ];
    for (header, expected) in cases {
        assert_eq!(judge(&policy, &hs256_signed(header, r#"{"iss":"joe","exp":1400000000}"#)), expected, "{header}");
    }
}

#[test]
fn refuses_payloads_that_are_not_one_object() {
    let policy = policy(&[HS256_KEY]);
    for payload in ["", "[]", "\"x\"", "{", r#"{"iss":"joe","iss":"eve","exp":1400000000}"#, "{\"a\":\"\u{7}\"}"] {
        assert_eq!(judge(&policy, &hs256_signed(r#"{"alg":"HS256"}"#, payload)), MALFORMED, "{payload}");
    }
}

#[test]
fn refuses_tokens_of_another_shape() {
    let policy = policy(&[HS256_KEY]);
    let token = format!("{HS256_HEADER}.{PAYLOAD}.{HS256_SIGNATURE}");
    let cases = [
        "".to_owned(),
        ".".to_owned(),
        "..".to_owned(),
        format!("{HS256_HEADER}.{PAYLOAD}"),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.a.b"),
        format!("{token}, {token}"),
        token.replace('.', " "),
        format!("{HS256_HEADER}..{HS256_SIGNATURE}"),
        format!("{token}\u{e9}"),
        token.replace('-', "+"),
    ];
    for bent in cases {
        assert_ne!(judge(&policy, &bent), "ok", "{bent}");
    }
    assert_eq!(judge_at(&policy, b"\xff.\xff.\xff", NOW), MALFORMED);
    let long = format!("{HS256_HEADER}.{}.{HS256_SIGNATURE}", "A".repeat(8192));
    assert_eq!(judge(&policy, &long), "The token is too long");
}
