use super::*;
use crate::{Credentials, Denial};

const KEYS: &str =
    r#""keys":[{"consumer":"alice","sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}]"#;
const OCT: &str = r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr8"}"#;

fn refusal(configuration: &str) -> String {
    Authenticator::from_json(configuration.as_bytes()).err().expect("refused").0
}

#[test]
fn takes_a_small_configuration_with_its_defaults() {
    let configuration = format!(r#"{{"api_key":{{{KEYS}}}}}"#);
    let authenticator = Authenticator::from_json(configuration.as_bytes()).map_err(|e| e.0).expect("valid");
    assert_eq!(authenticator.api_key_header(), Some("x-api-key"));
    assert!(!authenticator.reads_tokens() && !authenticator.strips_credential());
    assert_eq!(authenticator.identity_headers().names().collect::<Vec<_>>(), ["x-consumer-id", "x-consumer-auth"]);
    let judge = |api_key, authorization| authenticator.authenticate(Credentials { api_key, authorization }, 0);
    let alice = judge(Some(b"abc"), None).expect("known");
    assert_eq!((&*alice.consumer, alice.method), ("alice", "apikey"));
    assert_eq!(judge(Some(b"abd"), None), Err(Denial::UNKNOWN_KEY));
    assert_eq!(judge(None, None), Err(Denial::MISSING));
    // Tokens are not configured: what authorization says is for the upstream.
    assert_eq!(judge(Some(b"abc"), Some(b"Bearer x")).map(|i| i.consumer.clone()), Ok(alice.consumer.clone()));
}

#[test]
fn refuses_a_request_with_two_credentials() {
    let configuration = format!(r#"{{"api_key":{{{KEYS}}},"jwt":{{"jwks":{{"keys":[{OCT}]}}}}}}"#);
    let authenticator = Authenticator::from_json(configuration.as_bytes()).map_err(|e| e.0).expect("valid");
    let judge = |api_key, authorization| authenticator.authenticate(Credentials { api_key, authorization }, 0);
    assert_eq!(judge(Some(b"abc"), Some(b"Bearer x")), Err(Denial::AMBIGUOUS));
    assert!(judge(Some(b"abc"), Some(b"Basic x")).is_ok());
    assert_eq!(judge(None, Some(b"Basic x")), Err(Denial::MISSING));
    assert_eq!(judge(None, Some(b"Bearer")).unwrap_err().description, "The token is malformed");
    assert_eq!(authenticator.warnings().len(), 2, "issuer and audience are not set");
}

#[test]
fn says_what_is_wrong_and_where() {
    let jwt = |members: &str| format!(r#"{{"jwt":{{"jwks":{{"keys":[{OCT}]}},{members}}}}}"#);
    let cases = [
        (String::new(), "the plugin has no configuration"),
        ("{".into(), "EOF while parsing an object at line 1 column 1"),
        ("[]".into(), "(document): expected an object, found an array"),
        ("{}".into(), "(document): has neither \"api_key\" nor \"jwt\""),
        (r#"{"apikey":{}}"#.into(), "apikey: unknown member (known here: realm, api_key,"),
        (r#"{"api_key":{}}"#.into(), "api_key.keys: is missing"),
        (r#"{"api_key":{"keys":[]}}"#.into(), "api_key.keys: 0 elements (expected: 1 to"),
        (r#"{"api_key":{"keys":[{"sha256":"00"}]}}"#.into(), "api_key.keys[0].consumer: is missing"),
        (r#"{"api_key":{"keys":[{"consumer":"a","sha256":"demo-key"}]}}"#.into(), "keys[0].sha256: is not 64 hex"),
        (r#"{"api_key":{"keys":[{"consumer":"a\nb","sha256":""}]}}"#.into(), "keys[0].consumer: cannot be a header"),
        (format!(r#"{{"api_key":{{"header":"X-Key",{KEYS}}}}}"#), "api_key.header: is not a lower-case header name"),
        (format!(r#"{{"api_key":{{"header":"host",{KEYS}}}}}"#), "api_key.header: names a header that frames"),
        (format!(r#"{{"api_key":{{"header":"x-consumer-id",{KEYS}}}}}"#), "header \"x-consumer-id\" has two uses"),
        (format!(r#"{{"api_key":{{{KEYS}}},"realm":"a\"b"}}"#), "realm: has a character that cannot be quoted"),
        (format!(r#"{{"api_key":{{{KEYS}}},"strip_credential":1}}"#), "strip_credential: expected true or false"),
        (format!(r#"{{"api_key":{{{KEYS}}},"identity":{{"consumer":"x"}}}}"#), "identity.consumer: unknown member"),
        (r#"{"jwt":{}}"#.into(), "jwt.jwks: is missing"),
        (r#"{"jwt":{"jwks":{"keys":[]}}}"#.into(), "jwt.jwks.keys: 0 elements"),
        (r#"{"jwt":{"jwks":{"keys":[{"kty":"OKP"}]}}}"#.into(), "jwt.jwks.keys: no key is for HS256, RS256 or ES256"),
        (r#"{"jwt":{"jwks":{"keys":[{"kty":"oct"}]}}}"#.into(), "jwt.jwks.keys[0].k: is missing"),
        (format!(r#"{{"jwt":{{"jwks":{{"keys":[{OCT},{OCT},{OCT},{OCT}]}}}}}}"#), "4 HS256 keys have no kid"),
        (jwt(r#""issuer":7"#), "jwt.issuer: expected a string, found a number"),
        (jwt(r#""audiences":[]"#), "jwt.audiences: 0 elements"),
        (jwt(r#""clock_skew_seconds":3601"#), "jwt.clock_skew_seconds: 3601 (expected: 0 to 3600)"),
        (jwt(r#""max_token_bytes":1e9"#), "jwt.max_token_bytes: not a whole number"),
        (jwt(r#""consumer_claim":{}"#), "jwt.consumer_claim: expected the name of a claim"),
        (jwt(r#""claim_headers":[{"claim":"a","header":":path"}]"#), "claim_headers[0].header: is not a lower-case"),
        (jwt(r#""claim_headers":[{"claim":"a","header":"authorization"}]"#), "header \"authorization\" has two uses"),
    ];
    for (configuration, expected) in cases {
        let refusal = refusal(&configuration);
        assert!(refusal.contains(expected), "{configuration}\n  said: {refusal}\n  expected: {expected}");
    }
}

#[test]
fn refuses_one_kid_for_two_keys() {
    let named = OCT.replacen('{', "{\"kid\":\"k1\",", 1);
    let configuration = format!(r#"{{"jwt":{{"jwks":{{"keys":[{named},{named}]}}}}}}"#);
    assert!(refusal(&configuration).contains("jwks.keys[1]: another key of the same algorithm has this kid"));
}

#[test]
fn never_repeats_a_secret_in_a_refusal() {
    for configuration in [
        r#"{"jwt":{"jwks":{"keys":[{"kty":"oct","k":"top-secret-too-short"}]}}}"#,
        r#"{"jwt":{"jwks":{"keys":[{"kty":"oct","k":"top-secret+"}]}}}"#,
        r#"{"api_key":{"keys":[{"consumer":"a","sha256":"top-secret"}]}}"#,
    ] {
        assert!(!refusal(configuration).contains("top-secret"), "{configuration}");
    }
}

#[test]
fn ignores_unused_members_of_a_key_set_with_a_warning() {
    let set = format!(r#"{{"keys":[{{"kty":"RSA","use":"enc"}},{OCT}],"issued":1}}"#);
    let configuration = format!(r#"{{"jwt":{{"jwks":{set},"issuer":"i","audiences":["a"]}}}}"#);
    let authenticator = Authenticator::from_json(configuration.as_bytes()).map_err(|e| e.0).expect("valid");
    assert_eq!(
        authenticator.warnings(),
        ["jwt.jwks.keys[0]: not used, it is not for HS256, RS256 or ES256: use \"enc\""]
    );
}
