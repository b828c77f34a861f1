//! JSON Web Tokens in the compact serialization of JWS (RFC 7515 section 7.1, RFC 7519, RFC 8725).

use crate::claims::{ClaimRules, Lifetime};
use crate::denial::Denial;
use crate::identity::Identity;
use crate::jwk::{Algorithm, Key};
use crate::verified::{TokenHash, VerifiedTokens};
use base64ct::{Base64UrlUnpadded, Encoding};
use std::rc::Rc;
use strict_json::Json;

/// How many keys are tried for one token. Each costs a signature verification that anybody may cause.
pub(crate) const MAX_KEYS_TRIED: usize = 4;

/// What tokens are accepted.
pub(crate) struct TokenPolicy {
    pub keys: Vec<Key>,
    pub rules: ClaimRules,
    pub max_token_bytes: usize,
    pub verified: VerifiedTokens,
}

struct Compact<'a> {
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
    /// Header, dot, payload.
    signed: &'a [u8],
}

impl TokenPolicy {
    /// The identity that `identify` finds in the claims of a token, all checks passed.
    pub fn identity_of(
        &self,
        token: &[u8],
        now_seconds: u64,
        identify: impl Fn(&Json) -> Result<Identity, Denial>,
    ) -> Result<Rc<Identity>, Denial> {
        if token.len() > self.max_token_bytes {
            return Err(Denial::invalid_token("The token is too long"));
        }
        let hash = TokenHash::of(token);
        if let Some((lifetime, identity)) = self.verified.find(hash) {
            self.rules.check_lifetime(&lifetime, now_seconds)?;
            return Ok(identity);
        }
        let (claims, lifetime) = self.verify(token, now_seconds)?;
        let identity = Rc::new(identify(&claims)?);
        self.verified.keep(hash, lifetime, &identity);
        Ok(identity)
    }

    // The signature is verified before the payload is looked at.
    fn verify(&self, token: &[u8], now_seconds: u64) -> Result<(Json, Lifetime), Denial> {
        const MALFORMED: Denial = Denial::invalid_token("The token is malformed");
        let compact = Compact::split(token).ok_or(MALFORMED)?;
        let header = decode_object(compact.header).ok_or(MALFORMED)?;
        let signature = Base64UrlUnpadded::decode_vec(compact.signature).map_err(|_| MALFORMED)?;
        self.verify_signature(&header, compact.signed, &signature)?;
        let claims = decode_object(compact.payload).ok_or(MALFORMED)?;
        let lifetime = self.rules.check(&claims, now_seconds)?;
        Ok((claims, lifetime))
    }

    fn verify_signature(&self, header: &Json, signed: &[u8], signature: &[u8]) -> Result<(), Denial> {
        let algorithm = header.member("alg").and_then(Json::text).and_then(Algorithm::named);
        let algorithm = algorithm.ok_or(Denial::invalid_token("The signature algorithm is not accepted"))?;
        // RFC 7515 section 4.1.11: an extension that is not understood refuses the token. None is.
        if header.member("crit").is_some() {
            return Err(Denial::invalid_token("The token has a critical extension"));
        }
        let kid = match header.member("kid") {
            None => None,
            Some(Json::Text(kid)) => Some(kid.as_str()),
            Some(_) => return Err(Denial::invalid_token("The token is malformed")),
        };
        let mut tried = 0;
        for key in self.candidates(algorithm, kid) {
            if tried == MAX_KEYS_TRIED {
                return Err(Denial::invalid_token("The token does not say which key it is signed with"));
            }
            if key.verify(signed, signature) {
                return Ok(());
            }
            tried += 1;
        }
        Err(match tried {
            0 => Denial::invalid_token("The token is signed with an unknown key"),
            _ => Denial::invalid_token("The signature is not valid"),
        })
    }

    // A key without a kid of its own fits any kid, a token without one any key of its algorithm.
    fn candidates<'a>(&'a self, algorithm: Algorithm, kid: Option<&'a str>) -> impl Iterator<Item = &'a Key> {
        let fits = move |key: &&Key| match (kid, key.kid.as_deref()) {
            (Some(wanted), Some(own)) => wanted == own,
            _ => true,
        };
        self.keys.iter().filter(move |key| key.algorithm() == algorithm).filter(fits)
    }
}

impl<'a> Compact<'a> {
    /// Exactly three parts (five are an encrypted token) of base64url characters.
    fn split(token: &'a [u8]) -> Option<Compact<'a>> {
        let token = std::str::from_utf8(token).ok()?;
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let one_part = !payload.contains('.');
        one_part.then_some(Compact { header, payload, signature, signed: signed.as_bytes() })
    }
}

fn decode_object(part: &str) -> Option<Json> {
    let bytes = Base64UrlUnpadded::decode_vec(part).ok()?;
    strict_json::parse(&bytes).ok().filter(|json| matches!(json, Json::Object(_)))
}

#[cfg(test)]
mod tests;
