//! Fuzzes the target `verifier_key`, whose body runs in the tests too.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| beffroi_fuzz::call("verifier_key", bytes));
