//! The program as a user meets it: commands run, products opened, pages read.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail as tests do"
)]

mod code_lists;
mod command_line;
mod crash_writer;
mod damaged;
mod demo;
mod digest;
mod erasure;
mod exercise;
mod flash_page;
mod hostile;
mod intake;
mod jobs;
mod kills;
mod pages;
mod post;
mod power_cut;
mod publication;
mod support;
mod upkeep;
mod watch;
mod workbooks;
