//! Fuzzes the target `api_token`, whose body runs in the tests too.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| beffroi_fuzz::call("api_token", bytes));
