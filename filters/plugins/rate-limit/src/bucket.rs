//! One token bucket, kept as a single instant.
//!
//! A bucket of `burst` tokens that gains one token every `interval` is wholly described by the instant at which it
//! will be full again (the "theoretical arrival time" of the generic cell rate algorithm, ITU-T I.371): nothing has
//! to be refilled, and an instant that has passed says "full", which is what a bucket never seen before is.

/// How a bucket fills. All times are nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    interval: u64,
    burst: u64,
}

/// A bucket after a token was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// When the bucket will be full again.
    pub full_at: u64,
    /// Whole tokens left.
    pub remaining: u64,
    /// Until there is one token more.
    pub next_token_in: u64,
}

/// There is no token; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Empty {
    /// Until there is a token.
    pub next_token_in: u64,
}

impl Rate {
    /// The longest time from empty to full: 30 days. It keeps every sum here far from overflow.
    pub const MAX_FILL: u64 = 30 * 86_400 * 1_000_000_000;

    /// `None` when an interval is shorter than a nanosecond or filling takes longer than [`Rate::MAX_FILL`].
    pub fn new(tokens: u64, per: u64, burst: u64) -> Option<Rate> {
        // Rounded up, so that never more than the rate passes.
        let interval = per.checked_div(tokens)? + u64::from(!per.is_multiple_of(tokens));
        let fill = interval.checked_mul(burst)?;
        (tokens <= per && burst > 0 && fill <= Self::MAX_FILL).then_some(Rate { interval, burst })
    }

    pub fn burst(self) -> u64 {
        self.burst
    }

    /// Takes a token.
    ///
    /// An instant further away than an empty bucket's is taken for an empty bucket: that is what remains of a
    /// clock set back, or of a slower rate that the configuration had before.
    pub fn take(self, full_at: u64, now: u64) -> Result<Taken, Empty> {
        let fill = self.interval * self.burst;
        let missing = full_at.saturating_sub(now).min(fill) + self.interval;
        if missing > fill {
            return Err(Empty { next_token_in: missing - fill });
        }
        let remaining = (fill - missing) / self.interval;
        let next_token_in = missing - (self.burst - remaining - 1) * self.interval;
        Ok(Taken { full_at: now.saturating_add(missing), remaining, next_token_in })
    }

    /// Gives a token back.
    pub fn give_back(self, full_at: u64) -> u64 {
        full_at.saturating_sub(self.interval)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;
    const NOW: u64 = 1_700_000_000 * SECOND;

    #[test]
    fn counts_down_and_fills_up() {
        let rate = Rate::new(2, SECOND, 3).unwrap();
        let mut full_at = 0;
        for (remaining, next_token_in) in [(2, SECOND / 2), (1, SECOND / 2), (0, SECOND / 2)] {
            let taken = rate.take(full_at, NOW).unwrap();
            assert_eq!((taken.remaining, taken.next_token_in), (remaining, next_token_in));
            full_at = taken.full_at;
        }
        assert_eq!(rate.take(full_at, NOW), Err(Empty { next_token_in: SECOND / 2 }));
        assert_eq!(rate.take(full_at, NOW + SECOND / 2 - 1), Err(Empty { next_token_in: 1 }));
        assert_eq!(rate.take(full_at, NOW + SECOND / 2).map(|t| t.remaining), Ok(0));
        assert_eq!(rate.take(full_at, NOW + SECOND).map(|t| t.remaining), Ok(1));
        assert_eq!(rate.take(full_at, NOW + 100 * SECOND).map(|t| t.remaining), Ok(2));
    }

    #[test]
    fn tells_when_the_next_token_comes() {
        let rate = Rate::new(1, SECOND, 10).unwrap();
        let full_at = rate.take(0, NOW).unwrap().full_at;
        let taken = rate.take(full_at, NOW + SECOND / 4).unwrap();
        assert_eq!((taken.remaining, taken.next_token_in), (8, SECOND * 3 / 4));
    }

    #[test]
    fn gives_back_what_was_taken() {
        let rate = Rate::new(1, SECOND, 1).unwrap();
        let full_at = rate.take(0, NOW).unwrap().full_at;
        assert!(rate.take(full_at, NOW).is_err());
        assert!(rate.take(rate.give_back(full_at), NOW).is_ok());
    }

    #[test]
    fn survives_a_clock_set_back() {
        let rate = Rate::new(1, SECOND, 5).unwrap();
        assert_eq!(rate.take(NOW, NOW - 3600 * SECOND), Err(Empty { next_token_in: SECOND }));
        assert!(rate.take(u64::MAX, u64::MAX).is_ok());
        assert!(rate.take(u64::MAX, 0).is_err());
    }

    #[test]
    fn refuses_rates_that_cannot_be_counted() {
        let day = 86_400 * SECOND;
        assert!(Rate::new(1_000_000, SECOND, 1).is_some());
        assert!(Rate::new(1, day, 30).is_some());
        for (tokens, per, burst) in
            [(0, SECOND, 1), (1, SECOND, 0), (1, day, 31), (2 * SECOND, SECOND, 1), (1, day, u64::MAX)]
        {
            assert_eq!(Rate::new(tokens, per, burst), None, "{tokens} per {per}, burst {burst}");
        }
    }

    /// Whatever the arrivals, no window of any length passes more than `burst + length / interval` requests, and a
    /// request is only refused when a bucket counted in fractions of tokens has less than one.
    #[test]
    fn never_passes_more_than_rate_and_burst() {
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = |bound: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random % bound
        };
        for _ in 0..200 {
            let (tokens, burst) = (1 + next(50), 1 + next(20));
            let rate = Rate::new(tokens, SECOND, burst).unwrap();
            let (mut now, mut full_at, mut model) = (NOW, 0, burst as f64);
            let mut passed = Vec::new();
            for _ in 0..300 {
                let step = next(3 * SECOND / tokens);
                now += step;
                model = (model + step as f64 / rate.interval as f64).min(burst as f64);
                match rate.take(full_at, now) {
                    Ok(taken) => {
                        assert!(model > 1.0 - 1e-6, "passed with {model} tokens");
                        model -= 1.0;
                        assert!((taken.remaining as f64 - model.floor()).abs() < 1.0 + 1e-6);
                        full_at = taken.full_at;
                        passed.push(now);
                    }
                    Err(_) => assert!(model < 1.0 + 1e-6, "refused with {model} tokens"),
                }
            }
            for (from, first) in passed.iter().enumerate() {
                for (to, last) in passed.iter().enumerate().skip(from) {
                    let allowed = burst + (last - first) / rate.interval;
                    assert!((to - from + 1) as u64 <= allowed, "{tokens}/s burst {burst}");
                }
            }
        }
    }
}
