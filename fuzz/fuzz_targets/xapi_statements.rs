//! Fuzzes the target `xapi_statements`, whose body runs in the tests too.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| beffroi_fuzz::call("xapi_statements", bytes));
