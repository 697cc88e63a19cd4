//! A sandbox that holds nothing: the parser runs in a thread of the same program.

use crate::sandbox::{Frames, Parser, Protections, Sandbox, SandboxError, Task};
use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// Runs a parser in a thread, one frame ahead of whoever takes them. For tests.
#[derive(Debug, Clone, Copy)]
pub struct InProcess {
    /// The parser that every task runs, whatever its name.
    pub parser: Parser,
}

impl Sandbox for InProcess {
    fn read(&self, task: Task, mut input: Box<dyn Read + Send>) -> Result<Box<dyn Frames>, SandboxError> {
        let (give, take) = sync_channel::<Vec<u8>>(1);
        let parser = self.parser;
        let Task { request, max_frame_bytes, max_total_bytes, .. } = task;
        let thread = std::thread::Builder::new()
            .spawn(move || run(parser, &request, input.as_mut(), &give))
            .map_err(|error| SandboxError::Start { reason: error.to_string() })?;
        Ok(Box::new(Threaded { take, thread: Some(thread), max_frame_bytes, left: max_total_bytes, max_total_bytes }))
    }

    fn protections(&self) -> Result<Protections, SandboxError> {
        Ok(Protections::default())
    }
}

fn run(parser: Parser, request: &[u8], input: &mut dyn Read, give: &SyncSender<Vec<u8>>) -> io::Result<()> {
    parser(request, input, &mut |frame| {
        give.send(frame.to_vec()).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
    })
}

struct Threaded {
    take: Receiver<Vec<u8>>,
    thread: Option<JoinHandle<io::Result<()>>>,
    max_frame_bytes: u64,
    left: u64,
    max_total_bytes: u64,
}

impl Frames for Threaded {
    fn next(&mut self) -> Result<Option<Vec<u8>>, SandboxError> {
        if let Ok(frame) = self.take.recv() {
            let length = frame.len() as u64;
            if length > self.max_frame_bytes {
                return Err(SandboxError::Length { limit_bytes: self.max_frame_bytes });
            }
            self.left =
                self.left.checked_sub(length).ok_or(SandboxError::Length { limit_bytes: self.max_total_bytes })?;
            return Ok(Some(frame));
        }
        match self.thread.take().map(JoinHandle::join) {
            Some(Err(_)) => Err(SandboxError::BrokeDown { how: "panic".to_owned() }),
            Some(Ok(Err(error))) => Err(SandboxError::BrokeDown { how: error.to_string() }),
            Some(Ok(Ok(()))) | None => Ok(None),
        }
    }
}
