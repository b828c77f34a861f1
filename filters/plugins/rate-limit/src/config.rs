//! The plugin configuration: strict JSON in, [`Limiter`] or the reason for refusing it out.

use crate::bucket::Rate;
use crate::key::Source;
use crate::limiter::{Limit, Limiter, Missing};
use crate::table::Table;
use strict_json::{Field, Invalid};

const MAX_LIMITS: usize = 64;
const MAX_REQUESTS: u64 = 1_000_000;
const DEFAULT_KEYS: u64 = 65_536;
const MAX_KEYS: u64 = 1 << 20;

impl Limiter {
    /// Reads the plugin configuration. The error is one line that says where, what, and what was expected.
    pub fn from_json(configuration: &[u8]) -> Result<Limiter, Invalid> {
        if configuration.is_empty() {
            return Err(Invalid("the plugin has no configuration (expected: a JSON object)".to_owned()));
        }
        let document = strict_json::parse(configuration).map_err(Invalid)?;
        let root = Field::root(&document).object(&["limits", "ratelimit_headers"])?;
        let mut limits: Vec<Limit> = Vec::new();
        for field in root.required("limits")?.array(1, MAX_LIMITS)? {
            let limit = read_limit(&field)?;
            if limits.iter().any(|other| other.name == limit.name) {
                return Err(field.refused("another limit has this name"));
            }
            limits.push(limit);
        }
        let tell_quota = root.optional("ratelimit_headers").map(|f| f.boolean()).transpose()?.unwrap_or(true);
        Ok(Limiter { limits, tell_quota })
    }
}

fn read_limit(field: &Field) -> Result<Limit, Invalid> {
    let limit =
        field.object(&["name", "path_prefix", "requests", "per", "burst", "key", "on_missing_key", "max_keys"])?;
    let name = limit.required("name")?;
    let printable = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    if !name.name(64)?.bytes().all(printable) {
        return Err(name.refused("has a character other than letters, digits, '-', '_' and '.'"));
    }
    let prefix = limit.optional("path_prefix");
    let path_prefix = prefix.as_ref().map_or(Ok("/"), |f| f.name(1024))?;
    match prefix {
        Some(prefix) if !path_prefix.starts_with('/') || path_prefix.contains(['?', '#']) => {
            return Err(prefix.refused("is not a path (expected: starts with '/', no query)"));
        }
        _ => {}
    }
    let requests = limit.required("requests")?.integer(1, MAX_REQUESTS)?;
    let per = read_unit(&limit.required("per")?)?;
    let burst = limit.optional("burst").map_or(Ok(requests), |f| f.integer(1, MAX_REQUESTS))?;
    let rate = Rate::new(requests, per, burst)
        .ok_or_else(|| limit.refused("from empty to full takes more than 30 days (burst / requests x per)"))?;
    let max_keys = limit.optional("max_keys").map_or(Ok(DEFAULT_KEYS), |f| f.integer(1, MAX_KEYS))?;
    Ok(Limit {
        path_prefix: path_prefix.to_owned(),
        rate,
        source: read_source(&limit.required("key")?)?,
        missing: limit.optional("on_missing_key").map_or(Ok(Missing::Share), |f| read_missing(&f))?,
        table: Table::new(name.text()?, max_keys),
        name: name.text()?.to_owned(),
    })
}

fn read_unit(field: &Field) -> Result<u64, Invalid> {
    let seconds = match field.text()? {
        "second" => 1,
        "minute" => 60,
        "hour" => 3600,
        "day" => 86_400,
        other => return Err(field.refused(format_args!("{other:?} (expected: second, minute, hour or day)"))),
    };
    Ok(seconds * 1_000_000_000)
}

fn read_missing(field: &Field) -> Result<Missing, Invalid> {
    match field.text()? {
        "share" => Ok(Missing::Share),
        "skip" => Ok(Missing::Skip),
        "deny" => Ok(Missing::Deny),
        other => Err(field.refused(format_args!("{other:?} (expected: share, skip or deny)"))),
    }
}

fn read_source(field: &Field) -> Result<Source, Invalid> {
    let from = field.open_object()?.required("from")?;
    match from.text()? {
        "constant" => field.object(&["from"]).map(|_| Source::Constant),
        "path" => field.object(&["from"]).map(|_| Source::Path),
        "header" => {
            let name = field.object(&["from", "name"])?.required("name")?;
            name.header_name().map(|name| Source::Header(name.to_owned()))
        }
        "client_address" => {
            let prefix = field.object(&["from", "ipv6_prefix"])?.optional("ipv6_prefix");
            let ipv6_prefix = prefix.map_or(Ok(64), |f| f.integer(16, 128))? as u32;
            Ok(Source::ClientAddress { ipv6_prefix })
        }
        "jwt_claim" => {
            let claim = field.object(&["from", "claim"])?.required("claim")?;
            claim.name(256).map(|claim| Source::Claim(claim.to_owned()))
        }
        other => {
            Err(from.refused(format_args!("{other:?} (expected: header, path, client_address, jwt_claim or constant)")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_wrong_and_where() {
        let limit = |members: &str| format!(r#"{{"limits":[{{{members}}}]}}"#);
        let base = r#""name":"a","requests":1,"per":"second","key":{"from":"path"}"#;
        let key = |key: &str| limit(&format!(r#""name":"a","requests":1,"per":"second","key":{key}"#));
        let cases = [
            (String::new(), "the plugin has no configuration"),
            ("{".into(), "EOF while parsing an object at line 1 column 1"),
            ("{}".into(), "limits: is missing"),
            (r#"{"limits":[]}"#.into(), "limits: 0 elements (expected: 1 to 64)"),
            (r#"{"limit":[]}"#.into(), "limit: unknown member (known here: limits, ratelimit_headers)"),
            (limit(""), "limits[0].name: is missing"),
            (limit(r#""name":"a b""#), "limits[0].name: has a character other than"),
            (limit(r#""name":"a""#), "limits[0].requests: is missing"),
            (limit(r#""name":"a","requests":0"#), "limits[0].requests: 0 (expected: 1 to 1000000)"),
            (limit(r#""name":"a","requests":1.5"#), "limits[0].requests: not a whole number"),
            (limit(r#""name":"a","requests":1,"per":"week""#), "limits[0].per: \"week\" (expected: second, minute"),
            (limit(&base.replace(r#""key":{"from":"path"}"#, r#""burst":1"#)), "limits[0].key: is missing"),
            (limit(&format!(r#"{base},"burst":0"#)), "limits[0].burst: 0 (expected: 1 to"),
            (limit(&format!(r#"{base},"burst":"9""#)), "limits[0].burst: expected a whole number"),
            (limit(&format!(r#"{base},"max_keys":2000000"#)), "limits[0].max_keys: 2000000 (expected: 1 to"),
            (limit(&format!(r#"{base},"path_prefix":"api""#)), "limits[0].path_prefix: is not a path"),
            (limit(&format!(r#"{base},"on_missing_key":"allow""#)), "on_missing_key: \"allow\" (expected: share"),
            (limit(&format!("{},\"burst\":31", base.replace("second", "day"))), "limits[0]: from empty to full takes"),
            (key("{}"), "limits[0].key.from: is missing"),
            (key(r#"{"from":"cookie"}"#), "limits[0].key.from: \"cookie\" (expected: header, path"),
            (key(r#"{"from":"header"}"#), "limits[0].key.name: is missing"),
            (key(r#"{"from":"header","name":"X-Key"}"#), "limits[0].key.name: is not a lower-case"),
            (key(r#"{"from":"path","name":"x"}"#), "limits[0].key.name: unknown member"),
            (key(r#"{"from":"client_address","ipv6_prefix":129}"#), "ipv6_prefix: 129 (expected: 16 to 128)"),
            (format!(r#"{{"limits":[{{{base}}},{{{base}}}]}}"#), "limits[1]: another limit has this name"),
        ];
        for (configuration, expected) in cases {
            let refusal = Limiter::from_json(configuration.as_bytes()).err().expect("refused").0;
            assert!(refusal.contains(expected), "{configuration}\n  said: {refusal}\n  expected: {expected}");
        }
    }

    #[test]
    fn takes_defaults() {
        let configuration = br#"{"limits":[{"name":"a","requests":7,"per":"day","key":{"from":"client_address"}}]}"#;
        let limiter = Limiter::from_json(configuration).map_err(|e| e.0).expect("valid");
        let limit = &limiter.limits[0];
        assert!(limiter.tells_quota());
        assert_eq!((limit.rate.burst(), limit.path_prefix.as_str(), limit.missing), (7, "/", Missing::Share));
        assert_eq!(limit.source, Source::ClientAddress { ipv6_prefix: 64 });
    }
}
