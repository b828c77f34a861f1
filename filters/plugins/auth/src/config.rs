//! The plugin configuration: strict JSON in, [`Authenticator`] or the reason for refusing it out.

use crate::api_key::{hash_from_hex, ApiKeys};
use crate::authenticator::Authenticator;
use crate::claims::ClaimRules;
use crate::denial::Challenges;
use crate::identity::{ClaimPath, IdentityHeaders};
use crate::jwk::{read_key, Key, Member};
use crate::jwt::{TokenPolicy, MAX_KEYS_TRIED};
use crate::verified::VerifiedTokens;
use std::rc::Rc;
use strict_json::{Field, Invalid, Json, Object};

const MAX_API_KEYS: usize = 100_000;
const MAX_JWKS_KEYS: usize = 64;

impl Authenticator {
    /// Reads the plugin configuration. The error is one line that says where, what, and what was expected.
    pub fn from_json(configuration: &[u8]) -> Result<Authenticator, Invalid> {
        if configuration.is_empty() {
            return Err(Invalid("the plugin has no configuration (expected: a JSON object)".to_owned()));
        }
        let document = strict_json::parse(configuration).map_err(Invalid)?;
        let root = Field::root(&document).object(&["realm", "api_key", "jwt", "identity", "strip_credential"])?;
        let mut warnings = Vec::new();
        let api_keys = root.optional("api_key").map(|f| read_api_keys(&f)).transpose()?;
        let jwt = root.optional("jwt").map(|f| read_jwt(&f, &mut warnings)).transpose()?;
        if api_keys.is_none() && jwt.is_none() {
            return Err(root.refused("has neither \"api_key\" nor \"jwt\": nobody could ever pass"));
        }
        let realm = root.optional("realm").map(|f| read_realm(&f)).transpose()?.unwrap_or("gateway");
        let (tokens, consumer_claim, claims) = match jwt {
            Some(jwt) => (Some(jwt.policy), jwt.consumer_claim, jwt.claim_headers),
            None => (None, Vec::new(), Vec::new()),
        };
        let identity = read_identity(root.optional("identity"), consumer_claim, claims)?;
        let authenticator = Authenticator {
            challenges: Challenges::new(realm, tokens.is_some(), api_keys.is_some()),
            strip_credential: root.optional("strip_credential").map(|f| f.boolean()).transpose()?.unwrap_or(false),
            api_keys,
            tokens,
            identity,
            warnings,
        };
        refuse_shared_headers(&authenticator, &root)?;
        Ok(authenticator)
    }
}

fn read_realm<'a>(field: &Field<'a>) -> Result<&'a str, Invalid> {
    let realm = field.name(128)?;
    let quotable = |b: u8| (b' '..=b'~').contains(&b) && b != b'"' && b != b'\\';
    if realm.bytes().all(quotable) {
        Ok(realm)
    } else {
        Err(field.refused("has a character that cannot be quoted"))
    }
}

fn read_api_keys(field: &Field) -> Result<ApiKeys, Invalid> {
    let object = field.object(&["header", "keys"])?;
    let header = object.optional("header").map(|f| f.header_name()).transpose()?.unwrap_or("x-api-key");
    let keys = object.required("keys")?.array(1, MAX_API_KEYS)?;
    let entries = keys.iter().map(read_api_key).collect::<Result<_, _>>()?;
    ApiKeys::new(header, entries)
        .map_err(|(one, other)| object.refused(format_args!("consumers {one:?} and {other:?} have the same key hash")))
}

fn read_api_key(field: &Field) -> Result<([u8; 32], Rc<str>), Invalid> {
    let key = field.object(&["consumer", "sha256"])?;
    let consumer = key.required("consumer")?;
    let name = consumer.name(256)?;
    if name.trim() != name || name.contains(char::is_control) {
        return Err(consumer.refused("cannot be a header value (control characters or surrounding blanks)"));
    }
    let hash = key.required("sha256")?;
    let hash =
        hash_from_hex(hash.text()?).ok_or_else(|| hash.refused("is not 64 hex digits (the SHA-256 of the key)"))?;
    Ok((hash, Rc::from(name)))
}

struct Jwt {
    policy: TokenPolicy,
    consumer_claim: ClaimPath,
    claim_headers: Vec<(ClaimPath, String)>,
}

fn read_jwt(field: &Field, warnings: &mut Vec<String>) -> Result<Jwt, Invalid> {
    let object = field.object(&[
        "jwks",
        "issuer",
        "audiences",
        "clock_skew_seconds",
        "require_expiry",
        "max_token_bytes",
        "cached_tokens",
        "consumer_claim",
        "claim_headers",
    ])?;
    let keys = read_jwks(&object.required("jwks")?, warnings)?;
    let audiences = object.optional("audiences").map(|f| f.array(1, 64)).transpose()?.unwrap_or_default();
    let audiences: Vec<String> = audiences.iter().map(|f| f.name(1024).map(str::to_owned)).collect::<Result<_, _>>()?;
    if audiences.is_empty() {
        warnings.push("jwt.audiences: not set, tokens for any audience are accepted".to_owned());
    }
    let integer = |name, min, max, default| {
        object.optional(name).map(|f| f.integer(min, max)).transpose().map(|v| v.unwrap_or(default))
    };
    let policy = TokenPolicy {
        keys,
        rules: ClaimRules {
            issuer: object.optional("issuer").map(|f| f.name(1024).map(str::to_owned)).transpose()?,
            audiences,
            clock_skew_seconds: integer("clock_skew_seconds", 0, 3600, 60)?,
            require_expiry: object.optional("require_expiry").map(|f| f.boolean()).transpose()?.unwrap_or(true),
        },
        max_token_bytes: integer("max_token_bytes", 64, 65_536, 8192)? as usize,
        verified: VerifiedTokens::new(integer("cached_tokens", 0, 65_536, 1024)? as usize),
    };
    if policy.rules.issuer.is_none() {
        warnings.push("jwt.issuer: not set, tokens of any issuer that has a key are accepted".to_owned());
    }
    let claim_headers = object.optional("claim_headers").map(|f| f.array(0, 32)).transpose()?.unwrap_or_default();
    Ok(Jwt {
        policy,
        consumer_claim: object.optional("consumer_claim").map_or(Ok(vec!["sub".to_owned()]), |f| read_path(&f))?,
        claim_headers: claim_headers.iter().map(read_claim_header).collect::<Result<_, _>>()?,
    })
}

fn read_jwks(field: &Field, warnings: &mut Vec<String>) -> Result<Vec<Key>, Invalid> {
    let members = field.open_object()?.required("keys")?;
    let mut keys: Vec<Key> = Vec::new();
    for (index, member) in members.array(1, MAX_JWKS_KEYS)?.iter().enumerate() {
        match read_key(member)? {
            Member::Ignored(what) => {
                warnings.push(format!("jwt.jwks.keys[{index}]: not used, it is not for HS256, RS256 or ES256: {what}"));
            }
            Member::Usable(key) => {
                let same = |k: &&Key| k.kid.is_some() && k.kid == key.kid && k.algorithm() == key.algorithm();
                if keys.iter().any(|k| same(&k)) {
                    return Err(member.refused("another key of the same algorithm has this kid"));
                }
                keys.push(key);
            }
        }
    }
    if keys.is_empty() {
        return Err(members.refused("no key is for HS256, RS256 or ES256"));
    }
    refuse_too_many_without_kid(&members, &keys)?;
    Ok(keys)
}

fn refuse_too_many_without_kid(field: &Field, keys: &[Key]) -> Result<(), Invalid> {
    let without = |key: &Key| keys.iter().filter(|k| k.kid.is_none() && k.algorithm() == key.algorithm()).count();
    match keys.iter().find(|key| without(key) >= MAX_KEYS_TRIED) {
        Some(key) => Err(field.refused(format_args!(
            "{} {} keys have no kid (expected: fewer than {MAX_KEYS_TRIED}, each may be tried for every token)",
            without(key),
            key.algorithm().name()
        ))),
        None => Ok(()),
    }
}

fn read_claim_header(field: &Field) -> Result<(ClaimPath, String), Invalid> {
    let object = field.object(&["claim", "header"])?;
    Ok((read_path(&object.required("claim")?)?, object.required("header")?.header_name()?.to_owned()))
}

// One name as a string, or the way through nested objects as an array: names may hold dots and slashes.
fn read_path(field: &Field) -> Result<ClaimPath, Invalid> {
    match field.value {
        Json::Text(_) => Ok(vec![field.name(256)?.to_owned()]),
        Json::Array(_) => field.array(1, 8)?.iter().map(|f| f.name(256).map(str::to_owned)).collect(),
        _ => Err(field.invalid("the name of a claim, or an array of nested names")),
    }
}

fn read_identity(
    field: Option<Field>,
    consumer_claim: ClaimPath,
    claims: Vec<(ClaimPath, String)>,
) -> Result<IdentityHeaders, Invalid> {
    let (mut consumer, mut method) = ("x-consumer-id", "x-consumer-auth");
    if let Some(field) = &field {
        let object = field.object(&["consumer_header", "method_header"])?;
        consumer = object.optional("consumer_header").map_or(Ok(consumer), |f| f.header_name())?;
        method = object.optional("method_header").map_or(Ok(method), |f| f.header_name())?;
    }
    Ok(IdentityHeaders { consumer: consumer.to_owned(), method: method.to_owned(), consumer_claim, claims })
}

// Two uses of one header would let one overwrite the other, or let a credential be taken for an identity.
fn refuse_shared_headers(authenticator: &Authenticator, root: &Object) -> Result<(), Invalid> {
    let credentials = authenticator.api_key_header().into_iter().chain(["authorization"]);
    let mut names: Vec<&str> = credentials.chain(authenticator.identity.names()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(root.refused(format_args!("header {:?} has two uses", pair[0]))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
