//! Between the proxy and the limiter: reads the request, sends the refusal, tells the quota.
#![allow(missing_docs, unsafe_code)] // the SDK's entry macro exports undocumented functions

use crate::{Answer, Decision, Facts, Limiter, Quota, SharedData};
use log::error;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel};
use std::rc::Rc;
use std::time::UNIX_EPOCH;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| Box::new(Plugin { limiter: None }));
}}

/// One per plugin instance.
struct Plugin {
    limiter: Option<Rc<Limiter>>,
}

impl Context for Plugin {}

impl RootContext for Plugin {
    fn on_configure(&mut self, _size: usize) -> bool {
        match Limiter::from_json(&self.get_plugin_configuration().unwrap_or_default()) {
            Ok(limiter) => {
                self.limiter = Some(Rc::new(limiter));
                true
            }
            Err(refusal) => {
                error!("rate-limit: configuration refused: {refusal}");
                false
            }
        }
    }

    fn create_http_context(&self, _id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Request { limiter: self.limiter.clone()?, quota: None }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

/// One per request.
struct Request {
    limiter: Rc<Limiter>,
    /// What the answer is to tell.
    quota: Option<Quota>,
}

impl Context for Request {}

impl HttpContext for Request {
    fn on_http_request_headers(&mut self, _count: usize, _end_of_stream: bool) -> Action {
        let now = self.get_current_time().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64);
        match self.limiter.decide(self, self, now) {
            Decision::Unlimited => Action::Continue,
            Decision::Allowed(quota) => {
                self.quota = self.limiter.tells_quota().then_some(quota);
                Action::Continue
            }
            Decision::Refused(quota) => self.refuse(&Answer::TOO_MANY, Some(quota)),
            Decision::KeyMissing => self.refuse(&Answer::KEY_MISSING, None),
        }
    }

    fn on_http_response_headers(&mut self, _count: usize, _end_of_stream: bool) -> Action {
        if let Some(quota) = self.quota.take() {
            for (name, value) in quota.headers() {
                self.set_http_response_header(name, Some(&value));
            }
        }
        Action::Continue
    }
}

impl Request {
    fn refuse(&self, answer: &Answer, quota: Option<Quota>) -> Action {
        let retry_after = quota.map(|quota| quota.retry_after());
        let told = quota.filter(|_| self.limiter.tells_quota()).map(|quota| quota.headers());
        let mut headers = vec![("content-type", "application/json"), ("cache-control", "no-store")];
        headers.extend(retry_after.as_deref().map(|seconds| ("retry-after", seconds)));
        headers.extend(told.iter().flatten().map(|(name, value)| (*name, value.as_str())));
        self.send_http_response(answer.status, headers, Some(answer.body));
        Action::Pause
    }
}

impl Facts for Request {
    fn header(&self, name: &str) -> Option<Vec<u8>> {
        self.get_http_request_header_bytes(name)
    }

    fn client_address(&self) -> Option<Vec<u8>> {
        self.get_property(vec!["source", "address"])
    }
}

impl SharedData for Request {
    fn get(&self, key: &str) -> (Option<Vec<u8>>, Option<u32>) {
        self.get_shared_data(key)
    }

    fn set(&self, key: &str, value: &[u8], version: Option<u32>) -> bool {
        self.set_shared_data(key, Some(value), version).is_ok()
    }
}
