//! Decision trees that are declared, checked and walked: one question a page, a sheet at the end.
//!
//! A [`Tree`] is data. Before it is used it is checked: every answer leads on, every path ends after few questions, nothing
//! stands where no path comes, every page has its key in the wording. A walk is the answers so far as a short text (`1.bac`)
//! that stands in the address of the page and nowhere else: nothing of what a victim answers is stored or told.
//!
//! [`orientation`] is the tree that leads a victim in France to the right channel. It says where to go, what to keep and
//! by when; it promises nothing of what comes of it.

mod check;
mod tree;
mod walk;

#[cfg(test)]
mod tests;

pub use tree::{Advice, Answer, Channel, Outcome, Question, Tree, TreeError, orientation};
pub use walk::{Sheet, Step, WalkError};
