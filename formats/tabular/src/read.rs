//! Bytes in, rows out, in bounded memory.

mod delimited;
mod encoding;
mod error;
mod json_array;
mod json_node;
mod json_row;
mod reader;
mod row;
mod unpack;
mod window;

pub use error::FileError;
pub use reader::{RowReader, Step};
pub use row::Row;

#[cfg(test)]
mod tests;
