//! Proxy-Wasm plugin `auth`: lets a request pass only with a valid API key or JSON Web Token, and tells
//! the upstream who the caller is.
//!
//! The story of a request is [`Authenticator::authenticate`]; what talks to the proxy is `glue` alone,
//! so everything else is tested on the host. The configuration is described in `filters/plugins/README.md`.

mod api_key;
mod authenticator;
mod claims;
mod config;
mod denial;
mod identity;
mod jwk;
mod jwt;
mod rsa;
mod verified;

#[cfg(target_arch = "wasm32")]
mod glue;

pub use api_key::ApiKeys;
pub use authenticator::{Authenticator, Credentials};
pub use denial::{Denial, Scheme};
pub use identity::Identity;
