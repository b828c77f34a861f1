//! Proxy-Wasm plugin `rate-limit`: token buckets per header value, path, client address or token claim, shared by
//! all workers of a gateway.
//!
//! The story of a request is [`Limiter::decide`]; `glue` alone talks to the proxy, so everything else is tested on
//! the host. The configuration is described in `filters/plugins/README.md`.

mod answer;
mod bucket;
mod config;
mod key;
mod limiter;
mod row;
mod table;

#[cfg(target_arch = "wasm32")]
mod glue;

pub use answer::Answer;
pub use key::Facts;
pub use limiter::{Decision, Limiter, Quota};
pub use table::SharedData;
