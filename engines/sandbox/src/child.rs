//! The child's side: tie one's own hands, then read.

mod calls;
mod descriptors;
mod files;
mod limits;

use crate::frame::{self, Kind};
use beffroi_ports::{Parser, Protection, Protections};
use std::io::{self, Read, Write};
use std::process::ExitCode;

/// The hidden command: the first argument of a program that is to read in a sandbox.
pub(crate) const COMMAND: &str = "read-in-sandbox";

/// The parser that reads nothing: it is asked for what holds the child.
pub(crate) const NO_PARSER: &str = "none";

/// The exit status of a parser that was refused memory and noticed.
pub(crate) const OUT_OF_MEMORY: u8 = 12;

/// Longest request, in bytes: a declaration is a few kilobytes.
const REQUEST: u64 = 1 << 20;

/// Which guards a child puts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guards {
    /// Limits of memory, time, files and processes.
    pub limits: bool,
    /// No file can be reached.
    pub files: bool,
    /// No system call beyond what reading takes.
    pub calls: bool,
}

impl Guards {
    /// All of them.
    pub const ALL: Self = Self { limits: true, files: true, calls: true };
}

/// Does the child's work when the program was started for it, and gives the exit status; `None` when it was not. To be
/// called first thing in `main`, before any thread or file.
pub fn child(parsers: &[(&str, Parser)]) -> Option<ExitCode> {
    child_with(parsers, Guards::ALL)
}

/// As [`child`], with some guards left off: so that tests can show what each of them is for. The executable calls
/// [`child`].
pub fn child_with(parsers: &[(&str, Parser)], guards: Guards) -> Option<ExitCode> {
    let mut args = std::env::args_os().skip(1);
    if args.next()? != COMMAND {
        return None;
    }
    let mut text = || args.next().and_then(|argument| argument.into_string().ok());
    let (name, memory, seconds) = (text(), text(), text());
    let number = |text: Option<String>| text.and_then(|text| text.parse::<u64>().ok());
    let (Some(name), Some(memory_bytes), Some(cpu_s)) = (name, number(memory), number(seconds)) else {
        eprintln!("{COMMAND}: this command is for the program itself");
        return Some(ExitCode::FAILURE);
    };
    let parser = parsers.iter().find(|(known, _)| *known == name).map(|(_, parser)| *parser);
    if parser.is_none() && name != NO_PARSER {
        eprintln!("{COMMAND}: no such parser");
        return Some(ExitCode::FAILURE);
    }
    let protections = match enter(memory_bytes, cpu_s, guards) {
        Ok(protections) => protections,
        Err(error) => {
            eprintln!("{COMMAND}: {error}");
            return Some(ExitCode::FAILURE);
        }
    };
    Some(match work(parser, protections) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::OutOfMemory => ExitCode::from(OUT_OF_MEMORY),
        // Nobody listens any more: the parent has gone, or has had enough.
        Err(_) => ExitCode::FAILURE,
    })
}

fn enter(memory_bytes: u64, cpu_s: u64, guards: Guards) -> io::Result<Protections> {
    descriptors::close_all_but_the_pipes()?;
    // What the program takes is read while files can still be reached; new descriptors are needed for Landlock.
    let taken = limits::address_space()?;
    let files = if guards.files { files::give_up() } else { Protection::Absent };
    let limits = if guards.limits { limits::set(taken, memory_bytes, cpu_s)? } else { Protection::Absent };
    let calls = if guards.calls { calls::give_up() } else { Protection::Absent };
    Ok(Protections { limits, files, calls })
}

fn work(parser: Option<Parser>, protections: Protections) -> io::Result<()> {
    let (mut input, mut out) = (io::stdin().lock(), Pipe);
    frame::write(&mut out, Kind::Protections, &frame::protections(protections))?;
    if let Some(parser) = parser {
        let request = request(&mut input)?;
        parser(&request, &mut input, &mut |bytes| frame::write(&mut out, Kind::Data, bytes))?;
    }
    frame::write(&mut out, Kind::End, &[])?;
    out.flush()
}

/// The pipe to the parent, as it is: what the standard library puts before it looks for line ends in each frame, and
/// would cut frames in pieces there.
struct Pipe;

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(nix::unistd::write(io::stdout(), bytes)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn request(input: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let length = u64::from(u32::from_le_bytes(length));
    if length > REQUEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut request = Vec::new();
    input.take(length).read_to_end(&mut request)?;
    Ok(request)
}
