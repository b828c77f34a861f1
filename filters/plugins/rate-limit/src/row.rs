//! A row of buckets: what one entry of the shared data holds.
//!
//! Shared data cannot be deleted and does not expire, so the number of its entries must be bounded while the number of
//! keys is not. As in a processor's cache, a key belongs to one row by its hash and takes any of the row's
//! [`WAYS`] places that is free; a place is free when its bucket is full again, as a full bucket need not be remembered.

use crate::bucket::{Empty, Rate, Taken};

/// Buckets in a row.
pub(crate) const WAYS: usize = 8;

const PLACE_BYTES: usize = 16;

/// The buckets of a row that are not full, in no order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// Hash of the key, and when its bucket will be full.
    places: Vec<(u64, u64)>,
}

impl Row {
    /// Anything that is not a row (another plugin's entry under the same name) reads as an empty one.
    pub fn from_bytes(bytes: &[u8], now: u64) -> Row {
        if bytes.len() > WAYS * PLACE_BYTES || !bytes.len().is_multiple_of(PLACE_BYTES) {
            return Row::default();
        }
        let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b));
        let place = |bytes: &[u8]| (number(&bytes[..8]), number(&bytes[8..]));
        Row { places: bytes.chunks_exact(PLACE_BYTES).map(place).filter(|(_, full_at)| *full_at > now).collect() }
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        self.places.iter().flat_map(|(key, full_at)| [key.to_le_bytes(), full_at.to_le_bytes()]).flatten().collect()
    }

    /// Takes a token from the bucket of the key.
    ///
    /// When all places are taken by other keys, the key shares the bucket that is nearest to full: a crowded table
    /// limits too early rather than not at all.
    pub fn take(&mut self, key: u64, rate: Rate, now: u64) -> Result<Taken, Empty> {
        match self.place_of(key) {
            Some(place) => {
                let taken = rate.take(place.1, now)?;
                place.1 = taken.full_at;
                Ok(taken)
            }
            None => {
                let taken = rate.take(0, now)?;
                self.places.push((key, taken.full_at));
                Ok(taken)
            }
        }
    }

    /// Gives a token back to the bucket of the key, if it is still there.
    pub fn give_back(&mut self, key: u64, rate: Rate) {
        if let Some(place) = self.place_of(key) {
            place.1 = rate.give_back(place.1);
        }
    }

    // The key's own place, or the one to share when the row is full; none when there is room.
    fn place_of(&mut self, key: u64) -> Option<&mut (u64, u64)> {
        match self.places.iter().position(|place| place.0 == key) {
            Some(own) => Some(&mut self.places[own]),
            None if self.places.len() < WAYS => None,
            None => self.places.iter_mut().min_by_key(|place| place.1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1 << 60;

    fn rate() -> Rate {
        Rate::new(1, 1000, 2).unwrap()
    }

    #[test]
    fn keeps_keys_apart() {
        let mut row = Row::default();
        for key in 0..WAYS as u64 {
            assert_eq!(row.take(key, rate(), NOW).map(|t| t.remaining), Ok(1));
        }
        for key in 0..WAYS as u64 {
            assert_eq!(row.take(key, rate(), NOW).map(|t| t.remaining), Ok(0), "{key}");
            assert!(row.take(key, rate(), NOW).is_err());
        }
    }

    #[test]
    fn survives_the_way_through_shared_data() {
        let mut row = Row::default();
        row.take(u64::MAX, rate(), NOW).unwrap();
        row.take(1, rate(), NOW).unwrap();
        let bytes = row.to_bytes();
        assert_eq!(bytes.len(), 32);
        assert_eq!(Row::from_bytes(&bytes, NOW), row);
    }

    #[test]
    fn forgets_buckets_that_are_full_again() {
        let mut row = Row::default();
        row.take(1, rate(), NOW).unwrap();
        assert_eq!(Row::from_bytes(&row.to_bytes(), NOW + 999), row);
        assert_eq!(Row::from_bytes(&row.to_bytes(), NOW + 1000), Row::default());
    }

    #[test]
    fn shares_the_fullest_bucket_when_crowded() {
        let mut row = Row::default();
        for key in 0..WAYS as u64 {
            row.take(key, rate(), NOW + key).unwrap();
        }
        assert_eq!(row.take(99, rate(), NOW + 7).map(|t| t.remaining), Ok(0), "key 0's bucket, which had one left");
        assert_eq!(row.to_bytes().len(), WAYS * PLACE_BYTES);
    }

    #[test]
    fn reads_foreign_bytes_as_an_empty_row() {
        for bytes in [&[0; 15][..], &[0; 17], &[1; 144], b"hello"] {
            assert_eq!(Row::from_bytes(bytes, 0), Row::default());
        }
    }
}
