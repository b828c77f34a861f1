//! API keys, known only by their SHA-256 hash.

use sha2::{Digest, Sha256};
use std::rc::Rc;
use subtle::ConstantTimeEq;

/// Longest API key that is looked at. Longer ones are refused unread.
const MAX_KEY_BYTES: usize = 1024;

/// The known keys. Immutable.
pub struct ApiKeys {
    header: String,
    /// Sorted by hash.
    entries: Vec<(KeyHash, Rc<str>)>,
}

/// SHA-256 of a key. Unsalted: an API key is a long random string, not a password, so there is nothing to
/// guess; what the hash protects is the configuration, which then holds no credential.
pub(crate) type KeyHash = [u8; 32];

impl ApiKeys {
    /// Refuses, with the two consumers' names, a hash that is there twice.
    pub(crate) fn new(header: &str, mut entries: Vec<(KeyHash, Rc<str>)>) -> Result<Self, (Rc<str>, Rc<str>)> {
        entries.sort();
        match entries.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some(pair) => Err((pair[0].1.clone(), pair[1].1.clone())),
            None => Ok(ApiKeys { header: header.to_owned(), entries }),
        }
    }

    pub(crate) fn header(&self) -> &str {
        &self.header
    }

    /// The consumer the presented key belongs to.
    ///
    /// All hashes with the same first two bytes are compared, each in constant time, so the time taken tells at
    /// most those 16 bits of a hash, whatever the number of keys.
    pub(crate) fn consumer_of(&self, presented: &[u8]) -> Option<Rc<str>> {
        if presented.is_empty() || presented.len() > MAX_KEY_BYTES {
            return None;
        }
        let hash: KeyHash = Sha256::digest(presented).into();
        let start = self.entries.partition_point(|(known, _)| known[..2] < hash[..2]);
        let same_prefix = self.entries[start..].iter().take_while(|(known, _)| known[..2] == hash[..2]);
        let mut found = None;
        for (known, consumer) in same_prefix {
            if bool::from(known.ct_eq(&hash)) {
                found = Some(consumer);
            }
        }
        found.cloned()
    }
}

/// The 64 hex digits of a SHA-256 hash, in either case.
pub(crate) fn hash_from_hex(hex: &str) -> Option<KeyHash> {
    let digits = hex.as_bytes();
    let mut hash = [0; 32];
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |d: u8| char::from(d).to_digit(16);
        *byte = (digit(pair[0])? << 4 | digit(pair[1])?) as u8;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(names: &[&str]) -> ApiKeys {
        let entry = |name: &&str| (Sha256::digest(name.as_bytes()).into(), Rc::from(format!("owner of {name}")));
        ApiKeys::new("x-api-key", names.iter().map(entry).collect()).expect("distinct")
    }

    #[test]
    fn hashes_as_fips_180_says() {
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash_from_hex(hex), Some(Sha256::digest(b"abc").into()));
        assert_eq!(hash_from_hex(&hex.to_uppercase()), hash_from_hex(hex));
        for bad in ["", &hex[1..], &format!("{hex}0"), &hex.replace('b', "g"), &"é".repeat(32)] {
            assert_eq!(hash_from_hex(bad), None, "{bad}");
        }
    }

    #[test]
    fn finds_the_consumer_of_a_key_among_many() {
        let names: Vec<String> = (0..3000).map(|n| format!("key-{n}")).collect();
        let keys = keys(&names.iter().map(String::as_str).collect::<Vec<_>>());
        for name in &names {
            assert_eq!(keys.consumer_of(name.as_bytes()).as_deref(), Some(format!("owner of {name}").as_str()));
        }
        for unknown in ["key-3000", "key-1 ", "KEY-1", "key-1,key-2", ""] {
            assert_eq!(keys.consumer_of(unknown.as_bytes()), None, "{unknown}");
        }
    }

    #[test]
    fn refuses_oversized_keys_even_when_known() {
        let (longest, too_long) = ("k".repeat(MAX_KEY_BYTES), "k".repeat(MAX_KEY_BYTES + 1));
        let keys = keys(&[&longest, &too_long]);
        assert!(keys.consumer_of(longest.as_bytes()).is_some());
        assert!(keys.consumer_of(too_long.as_bytes()).is_none());
    }

    #[test]
    fn refuses_one_hash_for_two_consumers() {
        let entries = vec![([7; 32], Rc::from("alice")), ([7; 32], Rc::from("bob"))];
        assert_eq!(ApiKeys::new("x", entries).err(), Some((Rc::from("alice"), Rc::from("bob"))));
    }
}
