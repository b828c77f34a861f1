//! Claims: which of them are valid now and here, and how one becomes a header value.

use crate::denial::Denial;
use strict_json::Json;

/// Longest header value made from a claim.
const MAX_VALUE_BYTES: usize = 1024;

/// What the registered claims of RFC 7519 section 4.1 must say.
pub(crate) struct ClaimRules {
    pub issuer: Option<String>,
    /// Empty: the audience is not looked at.
    pub audiences: Vec<String>,
    pub clock_skew_seconds: u64,
    pub require_expiry: bool,
}

/// When a token is valid, in seconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lifetime {
    pub expiry: Option<f64>,
    pub not_before: Option<f64>,
}

impl Lifetime {
    fn of(claims: &Json) -> Result<Lifetime, Denial> {
        Ok(Lifetime { expiry: instant(claims, "exp")?, not_before: instant(claims, "nbf")? })
    }
}

impl ClaimRules {
    /// Judges claims whose signature has been verified. How long this judgement holds is the lifetime.
    pub fn check(&self, claims: &Json, now_seconds: u64) -> Result<Lifetime, Denial> {
        let lifetime = Lifetime::of(claims)?;
        self.check_lifetime(&lifetime, now_seconds)?;
        self.check_parties(claims)?;
        Ok(lifetime)
    }

    /// Judges whether now is within the lifetime.
    pub fn check_lifetime(&self, lifetime: &Lifetime, now_seconds: u64) -> Result<(), Denial> {
        let (now, skew) = (now_seconds as f64, self.clock_skew_seconds as f64);
        match lifetime.expiry {
            None if self.require_expiry => return Err(Denial::invalid_token("The token has no expiry")),
            Some(expiry) if now >= expiry + skew => return Err(Denial::invalid_token("The token has expired")),
            _ => {}
        }
        if lifetime.not_before.is_some_and(|not_before| now + skew < not_before) {
            return Err(Denial::invalid_token("The token is not valid yet"));
        }
        Ok(())
    }

    fn check_parties(&self, claims: &Json) -> Result<(), Denial> {
        if self.issuer.is_some() && claims.member("iss").and_then(Json::text) != self.issuer.as_deref() {
            return Err(Denial::invalid_token("The token is from another issuer"));
        }
        if !self.audiences.is_empty() && !self.is_audience(claims.member("aud")) {
            return Err(Denial::invalid_token("The token is for another audience"));
        }
        Ok(())
    }

    // RFC 7519 section 4.1.3: one string or an array of strings.
    fn is_audience(&self, audience: Option<&Json>) -> bool {
        let ours = |name: &Json| name.text().is_some_and(|n| self.audiences.iter().any(|a| a == n));
        match audience {
            Some(Json::Array(names)) => names.iter().any(ours),
            Some(name) => ours(name),
            None => false,
        }
    }
}

// A NumericDate (RFC 7519 section 2), which may have a fraction.
fn instant(claims: &Json, name: &str) -> Result<Option<f64>, Denial> {
    match claims.member(name) {
        None => Ok(None),
        Some(claim) => match claim.number() {
            Some(seconds) if seconds.is_finite() => Ok(Some(seconds)),
            _ => Err(Denial::invalid_token("A time in the token is not a number")),
        },
    }
}

/// The claim cannot be a header value without being changed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unusable;

/// The claim as a header value: scalars as they are, arrays of scalars joined by commas.
///
/// Refuses control characters (they would end the header), surrounding blanks (a recipient drops them), a
/// comma inside an element of an array (it would add an element), and anything nested or too long.
pub(crate) fn header_value(claim: &Json) -> Result<String, Unusable> {
    let value = match claim {
        Json::Array(elements) => {
            let scalars = elements.iter().map(scalar).collect::<Result<Vec<_>, _>>()?;
            if scalars.iter().any(|s| s.contains(',') || s.is_empty()) {
                return Err(Unusable);
            }
            scalars.join(",")
        }
        scalar_claim => scalar(scalar_claim)?,
    };
    let safe = value.len() <= MAX_VALUE_BYTES && value.trim() == value && !value.contains(char::is_control);
    if safe {
        Ok(value)
    } else {
        Err(Unusable)
    }
}

fn scalar(claim: &Json) -> Result<String, Unusable> {
    match claim {
        Json::Text(text) => Ok(text.clone()),
        Json::Integer(number) => Ok(number.to_string()),
        Json::Bool(value) => Ok(value.to_string()),
        // No one spelling of a float is the issuer's.
        Json::Float(_) | Json::Null | Json::Array(_) | Json::Object(_) => Err(Unusable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strict_json::parse;

    const NOW: u64 = 1_700_000_000;

    fn judge(rules: &ClaimRules, claims: &str) -> &'static str {
        let claims = parse(claims.as_bytes()).expect("JSON");
        rules.check(&claims, NOW).map_or_else(|denial| denial.description, |_| "ok")
    }

    #[test]
    fn judges_times_with_the_clock_skew() {
        let rules = ClaimRules { issuer: None, audiences: vec![], clock_skew_seconds: 60, require_expiry: true };
        let cases = [
            (r#"{"exp":1700000001}"#, "ok"),
            (r#"{"exp":1699999941}"#, "ok"),
            (r#"{"exp":1699999940.5}"#, "ok"),
            (r#"{"exp":1699999940}"#, "The token has expired"),
            (r#"{"exp":-1}"#, "The token has expired"),
            (r#"{"exp":1e300}"#, "ok"),
            (r#"{}"#, "The token has no expiry"),
            (r#"{"exp":"1700000001"}"#, "A time in the token is not a number"),
            (r#"{"exp":null}"#, "A time in the token is not a number"),
            (r#"{"exp":1800000000,"nbf":1700000060}"#, "ok"),
            (r#"{"exp":1800000000,"nbf":1700000061}"#, "The token is not valid yet"),
            (r#"{"exp":1800000000,"nbf":[]}"#, "A time in the token is not a number"),
        ];
        for (claims, expected) in cases {
            assert_eq!(judge(&rules, claims), expected, "{claims}");
        }
        assert_eq!(judge(&ClaimRules { require_expiry: false, ..rules }, "{}"), "ok");
    }

    #[test]
    fn judges_issuer_and_audience() {
        let rules = ClaimRules {
            issuer: Some("https://a".into()),
            audiences: vec!["api".into(), "web".into()],
            clock_skew_seconds: 0,
            require_expiry: false,
        };
        let (issuer, audience) = ("The token is from another issuer", "The token is for another audience");
        let cases = [
            (r#"{"iss":"https://a","aud":"api"}"#, "ok"),
            (r#"{"iss":"https://a","aud":["x","web"]}"#, "ok"),
            (r#"{"iss":"https://a/","aud":"api"}"#, issuer),
            (r#"{"iss":["https://a"],"aud":"api"}"#, issuer),
            (r#"{"aud":"api"}"#, issuer),
            (r#"{"iss":"https://a"}"#, audience),
            (r#"{"iss":"https://a","aud":[]}"#, audience),
            (r#"{"iss":"https://a","aud":"ap"}"#, audience),
            (r#"{"iss":"https://a","aud":{"api":1}}"#, audience),
        ];
        for (claims, expected) in cases {
            assert_eq!(judge(&rules, claims), expected, "{claims}");
        }
    }

    #[test]
    fn makes_header_values_only_of_what_stays_what_it_is() {
        let long = format!("\"{}\"", "x".repeat(MAX_VALUE_BYTES + 1));
        let cases = [
            (r#""alice""#, Some("alice")),
            (r#""José""#, Some("José")),
            (r#""a, b""#, Some("a, b")),
            ("7", Some("7")),
            ("true", Some("true")),
            (r#"["a",1]"#, Some("a,1")),
            (r#"["a,admin"]"#, None),
            (r#"["a",""]"#, None),
            (r#"" a""#, None),
            (r#""a\t""#, None),
            (r#""a\u007f""#, None),
            (r#""a\u0085b""#, None),
            (r#""a\u0000""#, None),
            (r#""a\r\nb: c""#, None),
            ("1.5", None),
            ("null", None),
            (r#"{"a":1}"#, None),
            (r#"[["a"]]"#, None),
            (&long, None),
        ];
        for (claim, expected) in cases {
            let value = header_value(&parse(claim.as_bytes()).unwrap());
            assert_eq!(value.ok().as_deref(), expected, "{claim}");
        }
    }
}
