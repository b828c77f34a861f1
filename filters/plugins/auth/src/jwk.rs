//! Keys of a JSON Web Key Set (RFC 7517) and the three signature algorithms of RFC 7518 section 3.1.

use crate::rsa::RsaKey;
use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use sha2::Sha256;
use strict_json::{Field, Invalid, Object};

/// A signature algorithm. There is no `none` to be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Hs256,
    Rs256,
    Es256,
}

/// A verification key. It belongs to exactly one algorithm, taken from its own type and never from a token, so
/// that no public key can be used as an HMAC secret.
pub(crate) struct Key {
    pub kid: Option<String>,
    material: Material,
}

enum Material {
    Secret(Hmac<Sha256>),
    Rsa(RsaKey),
    Curve(VerifyingKey),
}

/// What a member of a key set turned out to be.
pub(crate) enum Member {
    Usable(Key),
    /// Well-formed, but for something else: an encryption key, another algorithm. RFC 7517 section 5 wants
    /// these ignored, so that an issuer's published set can be pasted as it is.
    Ignored(String),
}

impl Algorithm {
    pub fn named(name: &str) -> Option<Algorithm> {
        [Algorithm::Hs256, Algorithm::Rs256, Algorithm::Es256].into_iter().find(|a| a.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Hs256 => "HS256",
            Algorithm::Rs256 => "RS256",
            Algorithm::Es256 => "ES256",
        }
    }
}

impl Key {
    pub fn algorithm(&self) -> Algorithm {
        match self.material {
            Material::Secret(_) => Algorithm::Hs256,
            Material::Rsa(_) => Algorithm::Rs256,
            Material::Curve(_) => Algorithm::Es256,
        }
    }

    /// Whether the signature of the message is by this key.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.material {
            Material::Secret(keyed) => {
                let mut mac = keyed.clone();
                mac.update(message);
                mac.verify_slice(signature).is_ok()
            }
            Material::Rsa(key) => key.verify(message, signature),
            // RFC 7518 section 3.4: r and s, 32 bytes each, no DER.
            Material::Curve(key) => {
                Signature::from_slice(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
            }
        }
    }
}

/// Reads one member of the `keys` of a set.
pub(crate) fn read_key(field: &Field) -> Result<Member, Invalid> {
    let jwk = field.open_object()?;
    let kid = jwk.optional("kid").map(|f| f.name(256)).transpose()?.map(str::to_owned);
    let kty = jwk.required("kty")?.text()?;
    let curve = jwk.optional("crv").map(|f| f.text()).transpose()?;
    let algorithm = match (kty, curve) {
        ("oct", _) => Algorithm::Hs256,
        ("RSA", _) => Algorithm::Rs256,
        ("EC", Some("P-256")) => Algorithm::Es256,
        ("EC", None) => return Err(jwk.refused("the key has no \"crv\"")),
        _ => return Ok(Member::Ignored(format!("{kty} {}", curve.unwrap_or("")))),
    };
    if let Some(other) = other_purpose(&jwk, algorithm)? {
        return Ok(Member::Ignored(other));
    }
    let material = match algorithm {
        Algorithm::Hs256 => read_secret(&jwk)?,
        Algorithm::Rs256 => read_rsa(&jwk)?,
        Algorithm::Es256 => read_curve(&jwk)?,
    };
    Ok(Member::Usable(Key { kid, material }))
}

// RFC 7517 sections 4.2 to 4.4.
fn other_purpose(jwk: &Object, algorithm: Algorithm) -> Result<Option<String>, Invalid> {
    if let Some(usage) = jwk.optional("use").map(|f| f.text()).transpose()?.filter(|u| *u != "sig") {
        return Ok(Some(format!("use \"{usage}\"")));
    }
    if let Some(operations) = jwk.optional("key_ops") {
        if !operations.array(0, 16)?.iter().any(|o| o.value.text() == Some("verify")) {
            return Ok(Some("key_ops without \"verify\"".to_owned()));
        }
    }
    let named = jwk.optional("alg").map(|f| f.text()).transpose()?;
    Ok(named.filter(|name| *name != algorithm.name()).map(|name| format!("alg \"{name}\"")))
}

fn read_secret(jwk: &Object) -> Result<Material, Invalid> {
    let secret = bytes(jwk, "k")?;
    // RFC 7518 section 3.2: a key as long as the hash, at least.
    if secret.len() < 32 {
        return Err(jwk.refused(format_args!("\"k\" has {} bytes (expected: at least 32)", secret.len())));
    }
    let keyed = Hmac::<Sha256>::new_from_slice(&secret).map_err(|_| jwk.refused("\"k\" is no HMAC key"))?;
    Ok(Material::Secret(keyed))
}

fn read_rsa(jwk: &Object) -> Result<Material, Invalid> {
    refuse_private(jwk)?;
    let (modulus, exponent) = (bytes(jwk, "n")?, bytes(jwk, "e")?);
    RsaKey::new(&modulus, &exponent).map(Material::Rsa).map_err(|why| jwk.refused(why))
}

fn read_curve(jwk: &Object) -> Result<Material, Invalid> {
    refuse_private(jwk)?;
    let (x, y) = (bytes(jwk, "x")?, bytes(jwk, "y")?);
    if x.len() != 32 || y.len() != 32 {
        return Err(jwk.refused("\"x\" and \"y\" of P-256 have 32 bytes each"));
    }
    let uncompressed = [&[4], x.as_slice(), &y].concat();
    VerifyingKey::from_sec1_bytes(&uncompressed)
        .map(Material::Curve)
        .map_err(|_| jwk.refused("\"x\" and \"y\" are not a point of P-256"))
}

// A configuration travels: to control planes, logs, and dumps. Only what verifies belongs in it.
fn refuse_private(jwk: &Object) -> Result<(), Invalid> {
    match jwk.optional("d") {
        Some(_) => Err(jwk.refused("this is a private key (it has \"d\"): give the public key only")),
        None => Ok(()),
    }
}

fn bytes(jwk: &Object, name: &str) -> Result<Vec<u8>, Invalid> {
    let field = jwk.required(name)?;
    let text = field.name(1024)?;
    Base64UrlUnpadded::decode_vec(text).map_err(|_| field.refused("is not base64url without padding"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(jwk: &str) -> Result<Member, Invalid> {
        read_key(&Field::root(&strict_json::parse(jwk.as_bytes()).expect("JSON")))
    }

    const SECRET: &str = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

    #[test]
    fn refuses_malformed_keys_and_says_why() {
        let p256 = r#""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU""#;
        let cases = [
            ("{}".to_owned(), "kty: is missing"),
            (r#"{"kty":"oct"}"#.to_owned(), "k: is missing"),
            (r#"{"kty":"oct","k":"c2hvcnQ"}"#.to_owned(), "\"k\" has 5 bytes"),
            (r#"{"kty":"oct","k":"a+/="}"#.to_owned(), "k: is not base64url"),
            (r#"{"kty":"EC"}"#.to_owned(), "has no \"crv\""),
            (format!("{{{p256},\"y\":\"AAAA\"}}"), "32 bytes each"),
            (format!("{{{p256},\"y\":\"{}\"}}", "A".repeat(43)), "not a point"),
            (format!("{{{p256},\"y\":\"AAAA\",\"d\":\"AAAA\"}}"), "private key"),
            (r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#.to_owned(), "2048 to 4096"),
            (r#"{"kty":"oct","kid":7,"k":"AAAA"}"#.to_owned(), "kid: expected a string"),
        ];
        for (jwk, expected) in cases {
            let refusal = read(&jwk).err().expect("refused").0;
            assert!(refusal.contains(expected), "{jwk}: {refusal}");
        }
    }

    #[test]
    fn ignores_keys_for_other_purposes_and_says_which() {
        for (members, expected) in [
            (r#""kty":"OKP","crv":"Ed25519""#, "OKP Ed25519"),
            (r#""kty":"EC","crv":"P-384""#, "EC P-384"),
            (r#""kty":"RSA","use":"enc""#, "use \"enc\""),
            (r#""kty":"RSA","alg":"PS256""#, "alg \"PS256\""),
            (r#""kty":"oct","alg":"RS256""#, "alg \"RS256\""),
            (r#""kty":"oct","key_ops":["sign"]"#, "key_ops without \"verify\""),
        ] {
            let Ok(Member::Ignored(what)) = read(&format!("{{{members}}}")) else { panic!("{members}") };
            assert_eq!(what, expected);
        }
    }

    #[test]
    fn ties_a_key_to_the_algorithm_of_its_type() {
        let Ok(Member::Usable(key)) = read(&format!(r#"{{"kty":"oct","k":"{SECRET}","x5t":"ignored"}}"#)) else {
            panic!("usable");
        };
        assert_eq!(key.algorithm(), Algorithm::Hs256);
        assert_eq!(Algorithm::named("HS256"), Some(Algorithm::Hs256));
        for name in ["none", "None", "NONE", "hs256", "HS512", "", "RS256 "] {
            assert_eq!(Algorithm::named(name), None, "{name}");
        }
    }
}
