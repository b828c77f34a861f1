//! Three pieces of work for comparing hosts: see ../README.md.

use regex::Regex;
use sha2::{Digest, Sha256};
use std::hint::black_box;

mod host {
    #[link(wasm_import_module = "env")]
    extern "C" {
        pub fn proxy_log(level: u32, text: *const u8, size: usize) -> u32;
        pub fn proxy_get_current_time_nanoseconds(time: *mut u64) -> u32;
        pub fn proxy_get_buffer_bytes(
            kind: u32,
            start: usize,
            most: usize,
            data: *mut *mut u8,
            size: *mut usize,
        ) -> u32;
    }
}

const INFO: u32 = 2;
const PLUGIN_CONFIGURATION: u32 = 7;
const BATCH_NANOS: u64 = 2_000_000;
const DOCUMENT: &[u8] =
    br#"{"user":{"id":4711,"name":"Ada","admin":false},"tags":["a","b","c"],"score":12.5,"x":null}"#;
const HEADER: &str =
    "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEiLCJleHAiOjE5MDAwMDAwMDB9.c2lnbmF0dXJlLWhlcmU";

#[no_mangle]
pub extern "C" fn proxy_abi_version_0_2_1() {}

#[no_mangle]
pub extern "C" fn malloc(size: usize) -> *mut u8 {
    Vec::<u8>::with_capacity(size).leak().as_mut_ptr()
}

#[no_mangle]
pub extern "C" fn proxy_on_context_create(_context: u32, _parent: u32) {}

#[no_mangle]
pub extern "C" fn proxy_on_configure(_context: u32, _size: u32) -> u32 {
    let nanos = milliseconds() * 1_000_000;
    report("json", measure(nanos, &mut || {
        let value: serde_json::Value = serde_json::from_slice(black_box(DOCUMENT)).unwrap();
        black_box(value);
    }));
    let token = Regex::new(r"^Bearer(?-u:\s)+([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$").unwrap();
    report("regexp", measure(nanos, &mut || {
        black_box(token.captures(black_box(HEADER)));
    }));
    let text = vec![b'x'; 4096];
    report("sha256", measure(nanos, &mut || {
        black_box(Sha256::digest(black_box(&text)));
    }));
    1
}

fn milliseconds() -> u64 {
    let mut data = std::ptr::null_mut();
    let mut size = 0;
    unsafe {
        host::proxy_get_buffer_bytes(PLUGIN_CONFIGURATION, 0, 100, &mut data, &mut size);
        let text = std::slice::from_raw_parts(data, size);
        std::str::from_utf8(text).unwrap().trim().parse().unwrap()
    }
}

fn now() -> u64 {
    let mut time = 0;
    unsafe { host::proxy_get_current_time_nanoseconds(&mut time) };
    time
}

/// Nanoseconds of one operation in the best batch.
fn measure(nanos: u64, work: &mut dyn FnMut()) -> f64 {
    let end = now() + nanos;
    let mut count = 1;
    let mut best = f64::MAX;
    loop {
        let start = now();
        for _ in 0..count {
            work();
        }
        let stop = now();
        best = best.min((stop - start) as f64 / count as f64);
        if stop > end {
            return best;
        }
        if stop - start < BATCH_NANOS {
            count *= 2;
        }
    }
}

fn report(kind: &str, nanos: f64) {
    let line = format!("guest {kind} {nanos:.1}");
    unsafe { host::proxy_log(INFO, line.as_ptr(), line.len()) };
}
