//! Fuzzes the target `series_params`, whose body runs in the tests too.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| beffroi_fuzz::call("series_params", bytes));
