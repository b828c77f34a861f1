//! The buckets of one limit in the data that all workers share.

use crate::bucket::{Empty, Rate, Taken};
use crate::row::{Row, WAYS};

/// Attempts to write with compare-and-set before writing without.
///
/// Each failed attempt means that another worker's succeeded. After so many the last write goes through whatever was
/// there: it may undo another worker's, so some token is not counted, but the request is not free and does not wait.
const ATTEMPTS: u32 = 8;

/// The shared key-value store of the proxy.
pub trait SharedData {
    /// The value and its version. Both are absent for a key never written.
    fn get(&self, key: &str) -> (Option<Vec<u8>>, Option<u32>);

    /// Writes if the version is still the given one, or in any case if none is given. False: another was first.
    fn set(&self, key: &str, value: &[u8], version: Option<u32>) -> bool;
}

/// A table of rows. Its entries never number more than its rows.
pub(crate) struct Table {
    name: String,
    rows: u64,
}

impl Table {
    /// Room for `keys` keys that are not at rest; they share buckets above that.
    pub fn new(name: &str, keys: u64) -> Table {
        Table { name: format!("rate-limit/{name}/"), rows: keys.div_ceil(WAYS as u64).max(1) }
    }

    pub fn take(&self, shared: &dyn SharedData, key: u64, rate: Rate, now: u64) -> Result<Taken, Empty> {
        let name = self.row_name(key);
        let mut attempt = 1;
        loop {
            let (bytes, version) = shared.get(&name);
            let mut row = Row::from_bytes(&bytes.unwrap_or_default(), now);
            let taken = row.take(key, rate, now)?;
            if shared.set(&name, &row.to_bytes(), version.filter(|_| attempt < ATTEMPTS)) {
                return Ok(taken);
            }
            attempt += 1;
        }
    }

    /// Best effort: gives up where others keep writing.
    pub fn give_back(&self, shared: &dyn SharedData, key: u64, rate: Rate, now: u64) {
        let name = self.row_name(key);
        for _ in 1..ATTEMPTS {
            let (bytes, version) = shared.get(&name);
            let mut row = Row::from_bytes(&bytes.unwrap_or_default(), now);
            row.give_back(key, rate);
            if shared.set(&name, &row.to_bytes(), version) {
                return;
            }
        }
    }

    fn row_name(&self, key: u64) -> String {
        format!("{}{:x}", self.name, key % self.rows)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::cell::{Cell, RefCell};
    use std::collections::HashMap;

    /// Shared data as Envoy has it, with other workers that write in between.
    #[derive(Default)]
    pub(crate) struct Store {
        pub entries: RefCell<HashMap<String, (Vec<u8>, u32)>>,
        pub interruptions: Cell<u32>,
        pub writes: Cell<u32>,
    }

    impl SharedData for Store {
        fn get(&self, key: &str) -> (Option<Vec<u8>>, Option<u32>) {
            match self.entries.borrow().get(key) {
                Some((value, version)) => (Some(value.clone()), Some(*version)),
                None => (None, None),
            }
        }

        fn set(&self, key: &str, value: &[u8], version: Option<u32>) -> bool {
            let mut entries = self.entries.borrow_mut();
            let entry = entries.entry(key.to_owned()).or_default();
            if self.interruptions.get() > 0 {
                self.interruptions.set(self.interruptions.get() - 1);
                entry.1 += 1;
            }
            if version.is_some_and(|version| version != entry.1) {
                return false;
            }
            self.writes.set(self.writes.get() + 1);
            *entry = (value.to_vec(), entry.1 + 1);
            true
        }
    }

    const NOW: u64 = 1 << 60;

    #[test]
    fn counts_each_key_by_itself() {
        let (store, table, rate) = (Store::default(), Table::new("t", 1024), Rate::new(1, 1000, 3).unwrap());
        for remaining in [2, 1, 0] {
            for key in [5, 6, 5 + 128] {
                assert_eq!(table.take(&store, key, rate, NOW).map(|t| t.remaining), Ok(remaining), "{key}");
            }
        }
        assert!(table.take(&store, 5, rate, NOW).is_err());
        assert_eq!(store.entries.borrow().len(), 2, "5 and 133 are in one row of 128");
    }

    #[test]
    fn writes_nothing_for_a_refused_request() {
        let (store, table, rate) = (Store::default(), Table::new("t", 8), Rate::new(1, 1000, 1).unwrap());
        assert!(table.take(&store, 1, rate, NOW).is_ok());
        assert!(table.take(&store, 1, rate, NOW).is_err());
        assert_eq!(store.writes.get(), 1);
    }

    #[test]
    fn is_bounded_whatever_the_keys() {
        let (store, table, rate) = (Store::default(), Table::new("t", 100), Rate::new(1, 1000, 3).unwrap());
        for key in 0..100_000_u64 {
            let _ = table.take(&store, key.wrapping_mul(0x9e37_79b9_7f4a_7c15), rate, NOW);
        }
        let entries = store.entries.borrow();
        assert_eq!(entries.len(), 13);
        assert!(entries.values().all(|(value, _)| value.len() <= 128));
    }

    #[test]
    fn tries_again_when_another_worker_was_first_but_not_for_ever() {
        let (store, table, rate) = (Store::default(), Table::new("t", 8), Rate::new(1, 1000, 9).unwrap());
        table.take(&store, 1, rate, NOW).unwrap();
        for (interruptions, remaining) in [(3, 7), (7, 6), (1000, 5)] {
            store.interruptions.set(interruptions);
            assert_eq!(table.take(&store, 1, rate, NOW).map(|t| t.remaining), Ok(remaining));
        }
    }

    #[test]
    fn gives_back() {
        let (store, table, rate) = (Store::default(), Table::new("t", 8), Rate::new(1, 1000, 1).unwrap());
        table.take(&store, 1, rate, NOW).unwrap();
        table.give_back(&store, 1, rate, NOW);
        assert!(table.take(&store, 1, rate, NOW).is_ok());
        store.interruptions.set(1000);
        table.give_back(&store, 1, rate, NOW);
    }
}
