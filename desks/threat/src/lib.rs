//! The desk of the threat: the weekly watch and its signals, flash alerts, situation points of a crisis, and the annual report.

pub mod alerts;
pub mod annual_report;
pub mod diffusion;
pub mod exercise;
pub mod signals;
pub mod situation;
pub mod watch;
