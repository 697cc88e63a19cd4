//! Fuzzes the target `akoma_ntoso`, whose body runs in the tests too.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| beffroi_fuzz::call("akoma_ntoso", bytes));
