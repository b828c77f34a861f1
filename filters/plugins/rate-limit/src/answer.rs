//! What the client is told: `RateLimit-*` (draft-ietf-httpapi-ratelimit-headers-06, the trio that clients know), 429
//! (RFC 6585 section 4) and `Retry-After` (RFC 9110 section 10.2.3).

use crate::limiter::Quota;

/// An answer sent instead of the upstream's.
pub struct Answer {
    /// The status.
    pub status: u32,
    /// The body, a JSON object.
    pub body: &'static [u8],
}

impl Answer {
    /// There is no token left.
    pub const TOO_MANY: Answer =
        Answer { status: 429, body: b"{\"error\":\"rate_limited\",\"error_description\":\"Too many requests\"}\n" };

    /// The request does not say what it is to be counted by.
    pub const KEY_MISSING: Answer = Answer {
        status: 400,
        body: b"{\"error\":\"missing_rate_limit_key\",\"error_description\":\"The request lacks what it is limited by\"}\n",
    };
}

impl Quota {
    /// The headers that tell the quota.
    ///
    /// The reset is when there is one token more, for refused requests the same instant as `Retry-After`.
    pub fn headers(&self) -> [(&'static str, String); 3] {
        [
            ("ratelimit-limit", self.limit.to_string()),
            ("ratelimit-remaining", self.remaining.to_string()),
            ("ratelimit-reset", self.reset_seconds.to_string()),
        ]
    }

    /// The value of `retry-after`: whole seconds, at least one.
    pub fn retry_after(&self) -> String {
        self.reset_seconds.max(1).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_quota_in_whole_seconds() {
        let quota = Quota { limit: 10, remaining: 3, reset_seconds: 2 };
        let headers = quota.headers().map(|(name, value)| format!("{name}: {value}"));
        assert_eq!(headers, ["ratelimit-limit: 10", "ratelimit-remaining: 3", "ratelimit-reset: 2"]);
        assert_eq!(quota.retry_after(), "2");
    }

    #[test]
    fn answers_in_json() {
        for answer in [Answer::TOO_MANY, Answer::KEY_MISSING] {
            assert!(strict_json::parse(answer.body).expect("JSON").member("error").is_some());
        }
    }
}
