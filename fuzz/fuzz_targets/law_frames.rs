//! Fuzzes the target `law_frames`, whose body runs in the tests too.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| beffroi_fuzz::call("law_frames", bytes));
