//! Files of law that somebody brings: a stranger's, read behind the wall.

use beffroi_legal::{Brought, LawFrames, task};
use beffroi_ports::{Parser, Sandbox, Unread, read_through};
use std::io::Read;

/// What runs behind the [`Sandbox`], and its name: for the executable's list of parsers, and for tests.
pub const PARSER: (&str, Parser) = (beffroi_legal::PARSER, beffroi_legal::parse);

/// Reads a file of law by what it holds; `length` is how long it is, in bytes. It waits for the child.
///
/// # Errors
/// [`Unread`]; nothing of it is kept.
pub fn read_law(input: Box<dyn Read + Send>, length: u64, sandbox: &dyn Sandbox) -> Result<Brought, Unread> {
    read_through(sandbox, task(length), input, LawFrames::default())
}
