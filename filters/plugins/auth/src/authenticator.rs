//! The decision: credentials of a request in, identity or denial out.

use crate::api_key::ApiKeys;
use crate::denial::{Challenges, Denial};
use crate::identity::{Identity, IdentityHeaders};
use crate::jwt::TokenPolicy;
use std::rc::Rc;

/// What the configuration amounts to. Immutable; one per plugin instance, shared by its requests.
pub struct Authenticator {
    pub(crate) api_keys: Option<ApiKeys>,
    pub(crate) tokens: Option<TokenPolicy>,
    pub(crate) identity: IdentityHeaders,
    pub(crate) challenges: Challenges,
    pub(crate) strip_credential: bool,
    pub(crate) warnings: Vec<String>,
}

/// The credential headers of a request, as they came. `None` is a header that is absent.
#[derive(Clone, Copy, Default)]
pub struct Credentials<'a> {
    /// The value of the API key header.
    pub api_key: Option<&'a [u8]>,
    /// The value of `authorization`.
    pub authorization: Option<&'a [u8]>,
}

impl Authenticator {
    /// Judges a request at `now_seconds` since the epoch.
    ///
    /// A credential that is there must be valid: a bad API key is not excused by a good token, and a request
    /// that carries one of each is refused, as nothing says which of two callers it is (RFC 6750 section 2).
    pub fn authenticate(&self, credentials: Credentials, now_seconds: u64) -> Result<Rc<Identity>, Denial> {
        let keys = self.api_keys.as_ref().zip(credentials.api_key);
        let token = self.tokens.as_ref().zip(credentials.authorization.and_then(bearer_token));
        match (keys, token) {
            (None, None) => Err(Denial::MISSING),
            (Some(_), Some(_)) => Err(Denial::AMBIGUOUS),
            (Some((keys, presented)), None) => match keys.consumer_of(presented) {
                Some(consumer) => Ok(Rc::new(Identity::of_api_key(consumer))),
                None => Err(Denial::UNKNOWN_KEY),
            },
            (None, Some((policy, token))) => {
                policy.identity_of(token, now_seconds, |claims| self.identity.of_claims(claims))
            }
        }
    }

    /// The header that carries the API key, when API keys are configured.
    pub fn api_key_header(&self) -> Option<&str> {
        self.api_keys.as_ref().map(ApiKeys::header)
    }

    /// Whether `authorization` is to be read at all.
    pub fn reads_tokens(&self) -> bool {
        self.tokens.is_some()
    }

    /// Whether the credential is to be taken away before the request goes on.
    pub fn strips_credential(&self) -> bool {
        self.strip_credential
    }

    /// The headers that only this plugin may set.
    pub fn identity_headers(&self) -> &IdentityHeaders {
        &self.identity
    }

    /// What the answer to a refused request says in `www-authenticate`.
    pub fn challenges(&self) -> &Challenges {
        &self.challenges
    }

    /// What was odd about the configuration without making it wrong.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

// RFC 6750 section 2.1, RFC 9110 section 11.1: the scheme is case-insensitive. Another scheme is not ours.
fn bearer_token(authorization: &[u8]) -> Option<&[u8]> {
    const SCHEME: &[u8] = b"bearer";
    let (scheme, rest) = authorization.split_at_checked(SCHEME.len())?;
    let is_bearer = scheme.eq_ignore_ascii_case(SCHEME) && (rest.is_empty() || rest[0] == b' ');
    is_bearer.then(|| rest.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_bearer_token() {
        let cases: [(&str, Option<&str>); 9] = [
            ("Bearer abc", Some("abc")),
            ("bearer abc", Some("abc")),
            ("BEARER   abc ", Some("abc")),
            ("Bearer", Some("")),
            ("Bearer ", Some("")),
            ("Bearerabc", None),
            ("Basic YTpi", None),
            ("Bear", None),
            ("", None),
        ];
        for (header, expected) in cases {
            assert_eq!(bearer_token(header.as_bytes()), expected.map(str::as_bytes), "{header}");
        }
    }
}
