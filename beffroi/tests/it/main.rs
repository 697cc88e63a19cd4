//! The program as a user meets it: commands run, products opened, pages read.

mod command_line;
mod demo;
mod intake;
mod pages;
mod support;
