//! What of a request a limit counts by.

use base64ct::{Base64UrlUnpadded, Encoding};
use std::hash::{DefaultHasher, Hasher};
use std::net::Ipv6Addr;
use strict_json::Json;

/// Longest `authorization` that is looked into for a claim.
const MAX_TOKEN_BYTES: usize = 65_536;

/// What a limit may know of a request. Read only when a limit asks.
pub trait Facts {
    /// The value of a request header.
    fn header(&self, name: &str) -> Option<Vec<u8>>;

    /// The client's address with its port, as in `192.0.2.1:5000` or `[2001:db8::1]:5000`.
    fn client_address(&self) -> Option<Vec<u8>>;
}

/// Where the key comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// One bucket for all.
    Constant,
    /// The value of a header.
    Header(String),
    /// The path without the query.
    Path,
    /// The address without the port; of an IPv6 address the first bits only, as a host has a whole network.
    ClientAddress { ipv6_prefix: u32 },
    /// A claim of the bearer token, which is **not verified here**.
    Claim(String),
}

impl Source {
    /// A hash of the key; `None` when the request has none. An empty value is none.
    pub fn hash(&self, facts: &dyn Facts, path: &[u8]) -> Option<u64> {
        let key = match self {
            Source::Constant => return Some(0),
            Source::Path => return Some(hash(path)),
            Source::Header(name) => facts.header(name)?,
            Source::ClientAddress { ipv6_prefix } => host_of(&facts.client_address()?, *ipv6_prefix),
            Source::Claim(name) => claim_of(&facts.header("authorization")?, name)?.into_bytes(),
        };
        (!key.is_empty()).then(|| hash(&key))
    }
}

// SipHash with a constant key: every worker must find the same row. Whoever could find a second key with the same 64
// bits would share the first one's bucket, and whoever chooses a key freely can just send the first one.
fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

/// The path of a request target, without query and fragment.
pub(crate) fn path_of(target: &[u8]) -> &[u8] {
    let end = target.iter().position(|b| matches!(b, b'?' | b'#')).unwrap_or(target.len());
    &target[..end]
}

fn host_of(address: &[u8], ipv6_prefix: u32) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(address) else {
        return address.to_vec();
    };
    let host = match text.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !host.contains(':') => host,
        Some((host, _)) if host.ends_with(']') => host.trim_matches(['[', ']']),
        _ => text.trim_matches(['[', ']']),
    };
    match host.parse::<Ipv6Addr>() {
        Ok(ip) => match ip.to_ipv4_mapped() {
            Some(v4) => v4.to_string().into_bytes(),
            None => (ip.to_bits() & !u128::MAX.checked_shr(ipv6_prefix).unwrap_or(0)).to_be_bytes().to_vec(),
        },
        Err(_) => host.as_bytes().to_vec(),
    }
}

fn claim_of(authorization: &[u8], name: &str) -> Option<String> {
    if authorization.len() > MAX_TOKEN_BYTES {
        return None;
    }
    let (scheme, token) = std::str::from_utf8(authorization).ok()?.split_once(' ')?;
    let payload = token.split('.').nth(1).filter(|_| scheme.eq_ignore_ascii_case("bearer"))?;
    let payload = strict_json::parse(&Base64UrlUnpadded::decode_vec(payload).ok()?).ok()?;
    match payload.member(name)? {
        Json::Text(text) => Some(text.clone()),
        Json::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_port_off_an_address() {
        let cases: [(&str, &str); 6] = [
            ("192.0.2.1:5000", "192.0.2.1"),
            ("192.0.2.1", "192.0.2.1"),
            ("[::ffff:192.0.2.1]:5000", "192.0.2.1"),
            ("@internal/socket", "@internal/socket"),
            ("", ""),
            ("not an address:1", "not an address"),
        ];
        for (address, host) in cases {
            assert_eq!(host_of(address.as_bytes(), 64), host.as_bytes(), "{address}");
        }
    }

    #[test]
    fn counts_an_ipv6_network_as_one_client() {
        let host = |address: &str, prefix| host_of(address.as_bytes(), prefix);
        assert_eq!(host("[2001:db8::1]:5000", 64), host("[2001:db8::ffff]:80", 64));
        assert_eq!(host("[2001:db8::1]:5000", 64), host("2001:db8::2", 64));
        assert_ne!(host("[2001:db8::1]:5000", 64), host("[2001:db8:0:1::1]:5000", 64));
        assert_ne!(host("[2001:db8::1]:5000", 128), host("[2001:db8::2]:5000", 128));
        assert_eq!(host("[2001:db8::1]:5000", 32), host("[2001:db8:ffff::]:5000", 32));
    }

    #[test]
    fn cuts_the_query() {
        for (target, path) in [("/a/b", "/a/b"), ("/a?x=/b", "/a"), ("/a#b", "/a"), ("?", ""), ("", "")] {
            assert_eq!(path_of(target.as_bytes()), path.as_bytes(), "{target}");
        }
    }

    #[test]
    fn reads_a_claim_of_a_bearer_token() {
        let encode = |payload: &str| format!("h.{}.s", Base64UrlUnpadded::encode_string(payload.as_bytes()));
        let token = encode(r#"{"sub":"bob","n":7,"l":["x"]}"#);
        let claim = |authorization: &str, name| claim_of(authorization.as_bytes(), name);
        assert_eq!(claim(&format!("bearer {token}"), "sub").as_deref(), Some("bob"));
        assert_eq!(claim(&format!("Bearer {token}"), "n").as_deref(), Some("7"));
        let none = [
            (format!("Bearer {token}"), "l"),
            (format!("Bearer {token}"), "missing"),
            (format!("Basic {token}"), "sub"),
            (token, "sub"),
            ("Bearer a.!.c".to_owned(), "sub"),
            (format!("Bearer {}", encode(r#"{"sub":"a","sub":"b"}"#)), "sub"),
            ("Bearer ".to_owned() + &encode(&format!(r#"{{"sub":"{}"}}"#, "x".repeat(MAX_TOKEN_BYTES))), "sub"),
        ];
        for (authorization, name) in none {
            assert_eq!(claim(&authorization, name), None, "{name}");
        }
    }
}
