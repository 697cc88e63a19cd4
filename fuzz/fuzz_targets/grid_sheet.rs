//! Fuzzes the target `grid_sheet`, whose body runs in the tests too.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| beffroi_fuzz::call("grid_sheet", bytes));
