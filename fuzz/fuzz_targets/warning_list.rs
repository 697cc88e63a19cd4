//! Fuzzes the target `warning_list`, whose body runs in the tests too.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| beffroi_fuzz::call("warning_list", bytes));
