//! Modules of training as learning platforms take them, and results as they give them back.
//!
//! One [`Course`] is written as SCORM 1.2, SCORM 2004 4th edition or cmi5: pages that read without a script, one small
//! script that tells the platform how far the learner is, and the manifest. [`package`] gives the files by plain names,
//! all at the root; whoever has the archive writer makes one ZIP of them, in their order.
//!
//! Results come back as xAPI statements ([`read_statements`]): who by an account or the hash of a mailbox, never by name.

mod course;
mod error;
mod html;
mod manifest;
mod statement;
mod wire;
mod xml;

#[cfg(test)]
mod tests;

pub use course::{Answer, Block, Course, Lesson, Module, Question, Words};
pub use error::{CourseError, Finding, StatementsError, Why};
pub use manifest::{File, Form, package};
pub use statement::{Reading, Score, Statement, Verb, Who, read_statements};
pub use wire::{Brought, PARSER, StatementFrames, parse, task};
