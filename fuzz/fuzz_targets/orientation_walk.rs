//! Fuzzes the target `orientation_walk`, whose body runs in the tests too.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| beffroi_fuzz::call("orientation_walk", bytes));
