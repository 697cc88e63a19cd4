//! Fuzzes the target `decision_tree`, whose body runs in the tests too.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| beffroi_fuzz::call("decision_tree", bytes));
