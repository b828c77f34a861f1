//! Between the proxy and the authenticator: reads headers, writes headers, sends the refusal.
#![allow(missing_docs, unsafe_code)] // the SDK's entry macro exports undocumented functions

use crate::{Authenticator, Credentials, Denial, Identity};
use log::{debug, error, warn};
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel};
use std::rc::Rc;
use std::time::UNIX_EPOCH;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| Box::new(Plugin { authenticator: None }));
}}

/// One per plugin instance.
struct Plugin {
    authenticator: Option<Rc<Authenticator>>,
}

impl Context for Plugin {}

impl RootContext for Plugin {
    fn on_configure(&mut self, _size: usize) -> bool {
        match Authenticator::from_json(&self.get_plugin_configuration().unwrap_or_default()) {
            Ok(authenticator) => {
                authenticator.warnings().iter().for_each(|warning| warn!("auth: configuration: {warning}"));
                self.authenticator = Some(Rc::new(authenticator));
                true
            }
            Err(refusal) => {
                error!("auth: configuration refused: {refusal}");
                false
            }
        }
    }

    fn create_http_context(&self, _id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Request { authenticator: self.authenticator.clone()? }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

/// One per request.
struct Request {
    authenticator: Rc<Authenticator>,
}

impl Context for Request {}

impl HttpContext for Request {
    fn on_http_request_headers(&mut self, _count: usize, _end_of_stream: bool) -> Action {
        match self.authenticate() {
            Ok(identity) => {
                self.tell(&identity);
                Action::Continue
            }
            Err(denial) => {
                debug!("auth: {} {}", denial.error, denial.description);
                self.refuse(&denial);
                Action::Pause
            }
        }
    }
}

impl Request {
    fn authenticate(&self) -> Result<Rc<Identity>, Denial> {
        let header = |name: &str| self.get_http_request_header_bytes(name);
        let api_key = self.authenticator.api_key_header().and_then(header);
        let authorization = self.authenticator.reads_tokens().then(|| header("authorization")).flatten();
        let now = self.get_current_time().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let credentials = Credentials { api_key: api_key.as_deref(), authorization: authorization.as_deref() };
        self.authenticator.authenticate(credentials, now)
    }

    // Removing comes before adding, and for all names: a header that this identity does not have must not be
    // left as the client sent it.
    fn tell(&self, identity: &Identity) {
        let headers = self.authenticator.identity_headers();
        headers.names().for_each(|name| self.remove_http_request_header(name));
        headers.of(identity).for_each(|(name, value)| self.add_http_request_header(name, value));
        if self.authenticator.strips_credential() {
            match (identity.method, self.authenticator.api_key_header()) {
                ("apikey", Some(header)) => self.remove_http_request_header(header),
                _ => self.remove_http_request_header("authorization"),
            }
        }
    }

    fn refuse(&self, denial: &Denial) {
        let challenges = self.authenticator.challenges().of(denial);
        let mut headers: Vec<(&str, &str)> = challenges.iter().map(|c| ("www-authenticate", c.as_str())).collect();
        headers.push(("content-type", "application/json"));
        headers.push(("cache-control", "no-store"));
        self.send_http_response(denial.status, headers, Some(denial.body().as_bytes()));
    }
}
