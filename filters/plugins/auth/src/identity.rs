//! Who the caller is, as told to the upstream in headers that a client cannot set.

use crate::claims::{header_value, Unusable};
use crate::denial::Denial;
use std::rc::Rc;
use strict_json::Json;

/// An authenticated caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The consumer of the API key, or what the consumer claim of the token says.
    pub consumer: Rc<str>,
    /// `apikey` or `jwt`.
    pub method: &'static str,
    /// Values of the configured claim headers, by position; `None` is a claim that the token does not have.
    pub claims: Vec<Option<String>>,
}

/// The names of the headers that tell the identity.
pub struct IdentityHeaders {
    pub(crate) consumer: String,
    pub(crate) method: String,
    pub(crate) consumer_claim: ClaimPath,
    pub(crate) claims: Vec<(ClaimPath, String)>,
}

/// Names of members, from the outermost object inwards. Never empty.
pub(crate) type ClaimPath = Vec<String>;

impl Identity {
    /// What it takes in memory, nearly.
    pub(crate) fn bytes(&self) -> usize {
        self.consumer.len() + self.claims.iter().map(|claim| claim.as_ref().map_or(0, String::len)).sum::<usize>()
    }

    pub(crate) fn of_api_key(consumer: Rc<str>) -> Identity {
        Identity { consumer, method: "apikey", claims: Vec::new() }
    }
}

impl IdentityHeaders {
    /// All names, which are to be removed from what the client sent.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let claims = self.claims.iter().map(|(_, header)| header.as_str());
        [self.consumer.as_str(), self.method.as_str()].into_iter().chain(claims)
    }

    /// The headers that tell this identity.
    pub fn of<'a>(&'a self, identity: &'a Identity) -> impl Iterator<Item = (&'a str, &'a str)> {
        let fixed = [(self.consumer.as_str(), &*identity.consumer), (self.method.as_str(), identity.method)];
        let claims = self.claims.iter().zip(&identity.claims);
        let present = claims.filter_map(|((_, header), value)| Some((header.as_str(), value.as_deref()?)));
        fixed.into_iter().chain(present)
    }

    /// The identity that verified claims tell.
    ///
    /// A claim that cannot be a header value as it is refuses the token: changing it would tell the upstream
    /// of somebody else, and leaving it out would hide what the issuer said.
    pub(crate) fn of_claims(&self, claims: &Json) -> Result<Identity, Denial> {
        const NO_CONSUMER: Denial = Denial::invalid_token("The token does not name its subject");
        const UNUSABLE: Denial = Denial::invalid_token("A claim of the token cannot be passed on in a header");
        let consumer = match find(claims, &self.consumer_claim) {
            Some(Json::Text(text)) if text.is_empty() => return Err(NO_CONSUMER),
            Some(claim @ (Json::Text(_) | Json::Integer(_))) => header_value(claim).map_err(|Unusable| UNUSABLE)?,
            _ => return Err(NO_CONSUMER),
        };
        let value = |(path, _): &(ClaimPath, String)| match find(claims, path) {
            None | Some(Json::Null) => Ok(None),
            Some(claim) => header_value(claim).map(Some).map_err(|Unusable| UNUSABLE),
        };
        let claims = self.claims.iter().map(value).collect::<Result<_, _>>()?;
        Ok(Identity { consumer: consumer.into(), method: "jwt", claims })
    }
}

fn find<'a>(claims: &'a Json, path: &ClaimPath) -> Option<&'a Json> {
    path.iter().try_fold(claims, |value, name| value.member(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers() -> IdentityHeaders {
        let path = |names: &[&str]| names.iter().map(|n| n.to_string()).collect::<Vec<_>>();
        IdentityHeaders {
            consumer: "x-consumer-id".into(),
            method: "x-consumer-auth".into(),
            consumer_claim: path(&["sub"]),
            claims: vec![(path(&["tenant"]), "x-tenant".into()), (path(&["realm_access", "roles"]), "x-roles".into())],
        }
    }

    fn told(claims: &str) -> Result<Vec<(String, String)>, Denial> {
        let headers = headers();
        let identity = headers.of_claims(&strict_json::parse(claims.as_bytes()).unwrap())?;
        Ok(headers.of(&identity).map(|(n, v)| (n.to_owned(), v.to_owned())).collect())
    }

    #[test]
    fn tells_the_upstream_subject_and_claims() {
        let all = told(r#"{"sub":"bob","tenant":"t1","realm_access":{"roles":["a","b"]}}"#).unwrap();
        let expected = [("x-consumer-id", "bob"), ("x-consumer-auth", "jwt"), ("x-tenant", "t1"), ("x-roles", "a,b")];
        assert_eq!(all, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
        let few = told(r#"{"sub":42,"tenant":null,"realm_access":"none"}"#).unwrap();
        assert_eq!(few, [("x-consumer-id", "42"), ("x-consumer-auth", "jwt")].map(|(n, v)| (n.into(), v.into())));
    }

    #[test]
    fn refuses_tokens_that_do_not_name_their_subject() {
        for claims in ["{}", r#"{"sub":""}"#, r#"{"sub":null}"#, r#"{"sub":["bob"]}"#, r#"{"sub":true}"#] {
            assert!(told(claims).unwrap_err().description.contains("subject"), "{claims}");
        }
    }

    #[test]
    fn refuses_claims_that_would_inject_headers() {
        for claims in [
            r#"{"sub":"bob\r\nx-admin: 1"}"#,
            r#"{"sub":"bob\u0000"}"#,
            r#"{"sub":"bob","tenant":"t\nx: y"}"#,
            r#"{"sub":"bob","realm_access":{"roles":["a","b\rc"]}}"#,
        ] {
            assert!(told(claims).unwrap_err().description.contains("header"), "{claims}");
        }
    }

    #[test]
    fn names_every_header_a_client_must_not_send() {
        let headers = headers();
        assert_eq!(headers.names().collect::<Vec<_>>(), ["x-consumer-id", "x-consumer-auth", "x-tenant", "x-roles"]);
    }
}
