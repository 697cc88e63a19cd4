//! Every word a reader sees, in one file a language (`fr.ftl`, `en.ftl`), and how figures and dates are written.
//!
//! French is the first language. A key that a language lacks is a failing test, not a blank page: [`Lang::say`]
//! returns the key itself between brackets, which no page may show.

mod figures;
mod lang;

pub use lang::{Lang, Value};
