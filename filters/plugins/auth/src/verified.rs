//! Tokens already verified: a client sends the same token with each request until it expires, and verifying a
//! signature costs up to a hundred times what recognising the token does.

use crate::claims::Lifetime;
use crate::identity::Identity;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::rc::Rc;

/// Identities that take more bytes are not kept, so that the memory is bounded by the number of slots.
const MAX_IDENTITY_BYTES: usize = 2048;

/// A fixed number of slots; a token has one, by its hash, and pushes out the token that was there.
///
/// Only tokens whose signature and claims were good get in, so strangers cannot push anybody out. Confined to the
/// thread of its plugin instance.
pub(crate) struct VerifiedTokens {
    slots: RefCell<Vec<Option<Verified>>>,
}

struct Verified {
    token: TokenHash,
    lifetime: Lifetime,
    identity: Rc<Identity>,
}

/// SHA-256 of a token: nobody can make a second token of the same hash, and no token stays in memory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenHash([u8; 32]);

impl TokenHash {
    pub fn of(token: &[u8]) -> TokenHash {
        TokenHash(Sha256::digest(token).into())
    }

    fn slot(self, slots: usize) -> Option<usize> {
        let [a, b, c, d, ..] = self.0;
        (u32::from_le_bytes([a, b, c, d]) as usize).checked_rem(slots)
    }
}

impl VerifiedTokens {
    /// Without slots nothing is kept.
    pub fn new(slots: usize) -> VerifiedTokens {
        VerifiedTokens { slots: RefCell::new((0..slots).map(|_| None).collect()) }
    }

    /// Whose token that is, and how long. The caller has to check the lifetime.
    pub fn find(&self, token: TokenHash) -> Option<(Lifetime, Rc<Identity>)> {
        let slots = self.slots.borrow();
        let kept = slots[token.slot(slots.len())?].as_ref()?;
        (kept.token == token).then(|| (kept.lifetime, kept.identity.clone()))
    }

    pub fn keep(&self, token: TokenHash, lifetime: Lifetime, identity: &Rc<Identity>) {
        let mut slots = self.slots.borrow_mut();
        if let Some(slot) = token.slot(slots.len()).filter(|_| identity.bytes() <= MAX_IDENTITY_BYTES) {
            slots[slot] = Some(Verified { token, lifetime, identity: identity.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(name: &str) -> Rc<Identity> {
        Rc::new(Identity::of_api_key(Rc::from(name)))
    }

    const LIFETIME: Lifetime = Lifetime { expiry: Some(9.0), not_before: None };

    #[test]
    fn recognises_a_token_until_another_takes_its_slot() {
        let (verified, one, two) = (VerifiedTokens::new(1), TokenHash::of(b"one"), TokenHash::of(b"two"));
        assert!(verified.find(one).is_none());
        verified.keep(one, LIFETIME, &identity("alice"));
        assert_eq!(verified.find(one), Some((LIFETIME, identity("alice"))));
        assert_eq!(verified.find(two), None);
        verified.keep(two, LIFETIME, &identity("bob"));
        assert_eq!(verified.find(two), Some((LIFETIME, identity("bob"))));
        assert_eq!(verified.find(one), None);
    }

    #[test]
    fn keeps_nothing_large_and_nothing_without_slots() {
        let token = TokenHash::of(b"one");
        for (slots, name) in [(0, "alice".to_owned()), (8, "a".repeat(MAX_IDENTITY_BYTES + 1))] {
            let verified = VerifiedTokens::new(slots);
            verified.keep(token, LIFETIME, &identity(&name));
            assert_eq!(verified.find(token), None);
        }
    }
}
