//! The decision over all limits that apply to a request.

use crate::bucket::Rate;
use crate::key::{path_of, Facts, Source};
use crate::table::{SharedData, Table};

const SECOND: u64 = 1_000_000_000;

/// What the configuration amounts to. Immutable; one per plugin instance.
pub struct Limiter {
    pub(crate) limits: Vec<Limit>,
    pub(crate) tell_quota: bool,
}

pub(crate) struct Limit {
    pub name: String,
    pub path_prefix: String,
    pub rate: Rate,
    pub source: Source,
    pub missing: Missing,
    pub table: Table,
}

/// What happens to a request without the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// All such requests share one bucket.
    Share,
    /// The limit does not apply.
    Skip,
    /// The request is refused.
    Deny,
}

/// The state of the limit that comes nearest to refusing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Tokens of a full bucket.
    pub limit: u64,
    /// Tokens left.
    pub remaining: u64,
    /// Seconds until there is one token more, rounded up.
    pub reset_seconds: u64,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// No limit applies.
    Unlimited,
    /// A token was taken from each limit that applies.
    Allowed(Quota),
    /// A limit has no token; none was taken from the others.
    Refused(Quota),
    /// A limit needs a key that the request does not have.
    KeyMissing,
}

impl Limiter {
    /// Decides about a request at `now`, in nanoseconds since the epoch.
    pub fn decide(&self, facts: &dyn Facts, shared: &dyn SharedData, now: u64) -> Decision {
        let target = facts.header(":path").unwrap_or_default();
        let path = path_of(&target);
        let mut applying = Vec::with_capacity(self.limits.len());
        for limit in self.limits.iter().filter(|limit| limit.applies_to(path)) {
            match (limit.source.hash(facts, path), limit.missing) {
                (Some(key), _) => applying.push((limit, key)),
                (None, Missing::Share) => applying.push((limit, 0)),
                (None, Missing::Skip) => {}
                (None, Missing::Deny) => return Decision::KeyMissing,
            }
        }
        take_all(&applying, shared, now)
    }

    /// Whether answers tell the quota.
    pub fn tells_quota(&self) -> bool {
        self.tell_quota
    }
}

impl Limit {
    // By whole segments: "/api" is the prefix of "/api/x", not of "/apix".
    fn applies_to(&self, path: &[u8]) -> bool {
        let prefix = self.path_prefix.as_bytes();
        match path.strip_prefix(prefix) {
            Some(rest) => rest.is_empty() || rest[0] == b'/' || prefix.ends_with(b"/"),
            None => false,
        }
    }

    fn quota(&self, remaining: u64, next_token_in: u64) -> Quota {
        Quota { limit: self.rate.burst(), remaining, reset_seconds: next_token_in.div_ceil(SECOND) }
    }
}

fn take_all(applying: &[(&Limit, u64)], shared: &dyn SharedData, now: u64) -> Decision {
    let mut tightest: Option<Quota> = None;
    for (index, (limit, key)) in applying.iter().enumerate() {
        match limit.table.take(shared, *key, limit.rate, now) {
            Ok(taken) => {
                let quota = limit.quota(taken.remaining, taken.next_token_in);
                tightest = Some(tightest.filter(|t| t.remaining <= quota.remaining).unwrap_or(quota));
            }
            Err(empty) => {
                for (earlier, key) in &applying[..index] {
                    earlier.table.give_back(shared, *key, earlier.rate, now);
                }
                return Decision::Refused(limit.quota(0, empty.next_token_in));
            }
        }
    }
    tightest.map_or(Decision::Unlimited, Decision::Allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::Store;

    const NOW: u64 = 1 << 60;

    struct Request(&'static str, Option<&'static str>);

    impl Facts for Request {
        fn header(&self, name: &str) -> Option<Vec<u8>> {
            match name {
                ":path" => Some(self.0.into()),
                "x-key" => self.1.map(Into::into),
                _ => None,
            }
        }

        fn client_address(&self) -> Option<Vec<u8>> {
            Some(b"192.0.2.1:5000".to_vec())
        }
    }

    fn limiter(limits: &str) -> Limiter {
        Limiter::from_json(format!("{{\"limits\":[{limits}]}}").as_bytes()).map_err(|e| e.0).expect("valid")
    }

    fn allowed(limit: u64, remaining: u64) -> Decision {
        Decision::Allowed(Quota { limit, remaining, reset_seconds: 1 })
    }

    #[test]
    fn counts_by_key_and_refuses_when_empty() {
        let limiter = limiter(r#"{"name":"a","requests":2,"per":"second","key":{"from":"header","name":"x-key"}}"#);
        let store = Store::default();
        let decide = |key| limiter.decide(&Request("/", Some(key)), &store, NOW);
        assert_eq!([decide("a"), decide("a")], [allowed(2, 1), allowed(2, 0)]);
        assert_eq!(decide("a"), Decision::Refused(Quota { limit: 2, remaining: 0, reset_seconds: 1 }));
        assert_eq!(decide("b"), allowed(2, 1));
        assert_eq!(limiter.decide(&Request("/", Some("a")), &store, NOW + SECOND / 2), allowed(2, 0));
    }

    #[test]
    fn applies_limits_by_whole_path_segments() {
        let limiter = limiter(
            r#"{"name":"a","path_prefix":"/api","requests":9,"per":"second","key":{"from":"constant"}},
               {"name":"b","path_prefix":"/files/","requests":8,"per":"second","key":{"from":"path"}}"#,
        );
        let decide = |path| limiter.decide(&Request(path, None), &Store::default(), NOW);
        for path in ["/api", "/api/", "/api/x", "/api?x"] {
            assert_eq!(decide(path), allowed(9, 8), "{path}");
        }
        for path in ["/files/", "/files/x?y"] {
            assert_eq!(decide(path), allowed(8, 7), "{path}");
        }
        for path in ["/", "/apix", "/ap", "/files", "*", ""] {
            assert_eq!(decide(path), Decision::Unlimited, "{path}");
        }
    }

    #[test]
    fn takes_from_all_limits_or_from_none() {
        let limiter = limiter(
            r#"{"name":"all","requests":5,"per":"second","key":{"from":"constant"}},
               {"name":"each","requests":2,"per":"second","key":{"from":"header","name":"x-key"}}"#,
        );
        let store = Store::default();
        let decide = |key| limiter.decide(&Request("/", Some(key)), &store, NOW);
        assert_eq!([decide("a"), decide("a")], [allowed(2, 1), allowed(2, 0)]);
        for _ in 0..10 {
            assert!(matches!(decide("a"), Decision::Refused(quota) if quota.limit == 2));
        }
        assert_eq!([decide("b"), decide("b")], [allowed(2, 1), allowed(2, 0)]);
        assert_eq!(decide("c"), allowed(5, 0), "the ten refused requests gave back what they took");
        assert!(matches!(decide("d"), Decision::Refused(quota) if quota.limit == 5));
    }

    #[test]
    fn treats_requests_without_key_as_configured() {
        let with = |missing: &str| {
            limiter(&format!(
                r#"{{"name":"a","requests":1,"per":"second","key":{{"from":"header","name":"x-key"}}{missing}}}"#
            ))
        };
        let twice = |limiter: Limiter| {
            let store = Store::default();
            [None, Some("")].map(|key| limiter.decide(&Request("/", key), &store, NOW))
        };
        let refused = Decision::Refused(Quota { limit: 1, remaining: 0, reset_seconds: 1 });
        assert_eq!(twice(with("")), [allowed(1, 0), refused]);
        assert_eq!(twice(with(r#","on_missing_key":"share""#)), [allowed(1, 0), refused]);
        assert_eq!(twice(with(r#","on_missing_key":"skip""#)), [Decision::Unlimited; 2]);
        assert_eq!(twice(with(r#","on_missing_key":"deny""#)), [Decision::KeyMissing; 2]);
    }
}
