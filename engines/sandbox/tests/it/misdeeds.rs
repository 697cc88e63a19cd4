//! Readers gone wrong.

use beffroi_ports::{Give, Parser};
use std::io::{self, Read, Write};
use std::net::{TcpStream, UdpSocket};

pub(crate) const PARSERS: &[(&str, Parser)] = &[
    ("echo", echo),
    ("allocate", allocate),
    ("reserve", reserve),
    ("allocate--without-limits", allocate),
    ("spin", spin),
    ("silence", silence),
    ("panic", panics),
    ("overflow", overflow),
    ("leave", leave),
    ("babble", babble),
    ("boast", boast),
    ("flood", flood),
    ("fault", fault),
    ("open", open),
    ("open--landlock-only", open),
    ("open--unguarded", open),
    ("connect", connect),
    ("connect--landlock-only", connect),
    ("connect--unguarded", connect),
    ("spawn", spawn),
    ("spawn--unguarded", spawn),
    ("datagram", datagram),
    ("thread", thread),
    ("environment", environment),
];

/// Gives the request, then each byte read, back.
fn echo(request: &[u8], input: &mut dyn Read, give: &mut Give<'_>) -> io::Result<()> {
    give(request)?;
    let mut piece = [0; 1000];
    loop {
        match input.read(&mut piece)? {
            0 => return Ok(()),
            n => give(&piece[..n])?,
        }
    }
}

/// Asks for one gibibyte of address space and touches a page of it.
fn allocate(_: &[u8], _: &mut dyn Read, give: &mut Give<'_>) -> io::Result<()> {
    let mut much: Vec<u8> = Vec::with_capacity(1 << 30);
    much.push(1);
    give(&much)
}

/// Asks for one gibibyte, and takes no for an answer.
fn reserve(_: &[u8], _: &mut dyn Read, give: &mut Give<'_>) -> io::Result<()> {
    let mut much: Vec<u8> = Vec::new();
    much.try_reserve_exact(1 << 30).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    give(b"done")
}

fn spin(_: &[u8], _: &mut dyn Read, give: &mut Give<'_>) -> io::Result<()> {
    let mut n: u64 = 1;
    while std::hint::black_box(n) != 0 {
        n = n.wrapping_mul(3) | 1;
    }
    give(b"")
}

/// Waits for bytes that never come.
fn silence(_: &[u8], input: &mut dyn Read, _: &mut Give<'_>) -> io::Result<()> {
    input.read_to_end(&mut Vec::new()).map(drop)
}

fn panics(_: &[u8], _: &mut dyn Read, _: &mut Give<'_>) -> io::Result<()> {
    panic!("the row of Jeanne Martin cannot be read")
}

fn overflow(_: &[u8], _: &mut dyn Read, give: &mut Give<'_>) -> io::Result<()> {
    fn deep(n: u64) -> u64 {
        let here = std::hint::black_box([n; 64]);
        if n == 0 { 0 } else { deep(n - 1) + here[7] }
    }
    give(&deep(u64::MAX).to_le_bytes())
}

/// Ends well in its own eyes, without its last frame.
fn leave(_: &[u8], _: &mut dyn Read, give: &mut Give<'_>) -> io::Result<()> {
    give(b"half of it")?;
    std::process::exit(0)
}

/// Talks without end on stderr, then ends.
fn babble(_: &[u8], _: &mut dyn Read, give: &mut Give<'_>) -> io::Result<()> {
    for _ in 0..2000 {
        io::stderr().write_all(&[b'x'; 1000])?;
    }
    give(b"done")
}

/// One frame longer than allowed.
fn boast(_: &[u8], _: &mut dyn Read, give: &mut Give<'_>) -> io::Result<()> {
    give(&[7; 5000])
}

/// Frames without end.
fn flood(_: &[u8], _: &mut dyn Read, give: &mut Give<'_>) -> io::Result<()> {
    loop {
        give(&[7; 1000])?;
    }
}

/// An error of its own, after a frame.
fn fault(_: &[u8], _: &mut dyn Read, give: &mut Give<'_>) -> io::Result<()> {
    give(b"first")?;
    Err(io::Error::other("an error of the parser's own"))
}

fn told(give: &mut Give<'_>, outcome: io::Result<()>) -> io::Result<()> {
    give(match outcome {
        Ok(()) => b"done",
        Err(_) => b"refused",
    })
}

fn open(request: &[u8], _: &mut dyn Read, give: &mut Give<'_>) -> io::Result<()> {
    let path = String::from_utf8_lossy(request).into_owned();
    told(give, std::fs::File::open(path).map(drop))
}

fn connect(request: &[u8], _: &mut dyn Read, give: &mut Give<'_>) -> io::Result<()> {
    let address = String::from_utf8_lossy(request).into_owned();
    told(give, TcpStream::connect(address).map(drop))
}

fn datagram(_: &[u8], _: &mut dyn Read, give: &mut Give<'_>) -> io::Result<()> {
    told(give, UdpSocket::bind("127.0.0.1:0").map(drop))
}

fn spawn(_: &[u8], _: &mut dyn Read, give: &mut Give<'_>) -> io::Result<()> {
    told(give, std::process::Command::new("/bin/true").status().map(drop))
}

fn thread(_: &[u8], _: &mut dyn Read, give: &mut Give<'_>) -> io::Result<()> {
    told(give, std::thread::Builder::new().spawn(|| ()).map(drop))
}

fn environment(_: &[u8], _: &mut dyn Read, give: &mut Give<'_>) -> io::Result<()> {
    let names: Vec<String> = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned()).collect();
    give(names.join(",").as_bytes())
}
