//! Refusals and how they are said to the client (RFC 6750 section 3, RFC 9110 section 11.6.1).

/// Why a request is refused. All texts are constants: nothing a client sent comes back to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denial {
    /// The status of the answer.
    pub status: u32,
    /// The scheme whose credential was refused; `None` when the request had no credential.
    pub scheme: Option<Scheme>,
    /// An error code of RFC 6750 section 3.1, or one of the same shape.
    pub error: &'static str,
    /// One sentence for the developer of the client.
    pub description: &'static str,
}

/// A way to authenticate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// An API key in a header.
    ApiKey,
    /// A JSON Web Token as bearer token.
    Bearer,
}

impl Denial {
    /// The request has no credential.
    pub const MISSING: Denial =
        Denial { status: 401, scheme: None, error: "missing_credential", description: "The request has no credential" };

    /// The request has two credentials.
    pub const AMBIGUOUS: Denial = Denial {
        status: 400,
        scheme: Some(Scheme::Bearer),
        error: "invalid_request",
        description: "The request has more than one credential",
    };

    /// The API key is not known.
    pub const UNKNOWN_KEY: Denial = Denial {
        status: 401,
        scheme: Some(Scheme::ApiKey),
        error: "invalid_key",
        description: "The API key is not known",
    };

    /// The token is refused for the reason given.
    pub const fn invalid_token(description: &'static str) -> Denial {
        Denial { status: 401, scheme: Some(Scheme::Bearer), error: "invalid_token", description }
    }

    /// The body of the answer, a JSON object.
    pub fn body(&self) -> String {
        format!("{{\"error\":\"{}\",\"error_description\":\"{}\"}}\n", self.error, self.description)
    }
}

/// The challenges of the configured schemes.
pub struct Challenges {
    /// Each scheme with its challenge up to the realm, such as `Bearer realm="postern"`.
    schemes: Vec<(Scheme, String)>,
}

impl Challenges {
    /// The realm must be free of `"`, `\` and control characters.
    pub(crate) fn new(realm: &str, bearer: bool, api_key: bool) -> Self {
        let mut schemes = Vec::new();
        if bearer {
            schemes.push((Scheme::Bearer, format!("Bearer realm=\"{realm}\"")));
        }
        if api_key {
            schemes.push((Scheme::ApiKey, format!("ApiKey realm=\"{realm}\"")));
        }
        Challenges { schemes }
    }

    /// The values of `www-authenticate`, one for each configured scheme. Only the scheme that was tried has
    /// an error code: RFC 6750 section 3.1 asks for none where the request had no credential.
    pub fn of(&self, denial: &Denial) -> Vec<String> {
        let say = |(scheme, challenge): &(Scheme, String)| match denial.scheme {
            Some(tried) if tried == *scheme => {
                format!("{challenge}, error=\"{}\", error_description=\"{}\"", denial.error, denial.description)
            }
            _ => challenge.clone(),
        };
        self.schemes.iter().map(say).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_the_error_only_for_the_scheme_that_was_tried() {
        let both = Challenges::new("r", true, true);
        assert_eq!(both.of(&Denial::MISSING), ["Bearer realm=\"r\"", "ApiKey realm=\"r\""]);
        assert_eq!(
            both.of(&Denial::invalid_token("The token has expired")),
            [
                "Bearer realm=\"r\", error=\"invalid_token\", error_description=\"The token has expired\"",
                "ApiKey realm=\"r\""
            ]
        );
        assert_eq!(
            Challenges::new("r", false, true).of(&Denial::UNKNOWN_KEY),
            ["ApiKey realm=\"r\", error=\"invalid_key\", error_description=\"The API key is not known\""]
        );
    }

    #[test]
    fn writes_a_json_body() {
        let body = Denial::AMBIGUOUS.body();
        let json = strict_json::parse(body.as_bytes()).expect("JSON");
        assert_eq!(json.member("error").and_then(|e| e.text()), Some("invalid_request"));
    }
}
