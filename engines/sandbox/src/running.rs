//! A child at work: its input is pumped in, its frames come out, and nothing of it outlives this value.

use crate::death;
use crate::frame::{self, Kind, Received};
use beffroi_ports::{Frames, Protections, SandboxError, Task};
use nix::fcntl::{FcntlArg, fcntl};
use std::io::{self, Read, Write};
use std::process::{Child, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

/// How much of what the child says on stderr is kept, in bytes.
const SAID: usize = 2048;

/// Room asked for in each pipe, in bytes: what writes into it is then stopped less often. The kernel gives less at will.
const PIPE: i32 = 256 * 1024;

/// Frames held for whoever takes them.
const AHEAD: usize = 8;

/// How long a child that has closed its output may take to end.
const LAST: Duration = Duration::from_secs(2);

static TOLD: Once = Once::new();

/// A child at work.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    frames: Receiver<Received>,
    said: Arc<Mutex<Vec<u8>>>,
    /// Closed when the thread that listens to stderr has heard all.
    heard: Receiver<()>,
    protections: Option<Protections>,
    limits: Bounds,
    left_bytes: u64,
    left_time: Duration,
    ended: bool,
}

/// The limits, for the errors that name them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) memory_bytes: u64,
    pub(crate) cpu_s: u64,
    pub(crate) time_s: u64,
    pub(crate) max_frame_bytes: u64,
    pub(crate) max_total_bytes: u64,
}

impl Running {
    pub(crate) fn new(
        mut child: Child,
        task: Task,
        input: Box<dyn Read + Send>,
        memory_bytes: u64,
        cpu_s: u64,
        time_s: u64,
    ) -> Result<Self, SandboxError> {
        let Task { request, max_frame_bytes, max_total_bytes, .. } = task;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (give, frames) = sync_channel(AHEAD);
        let (hear, heard) = sync_channel(1);
        let said = Arc::new(Mutex::new(Vec::new()));
        let running = Self {
            child,
            frames,
            said: Arc::clone(&said),
            heard,
            protections: None,
            limits: Bounds { memory_bytes, cpu_s, time_s, max_frame_bytes, max_total_bytes },
            left_bytes: max_total_bytes,
            left_time: Duration::from_secs(time_s),
            ended: false,
        };
        // From here on a failure drops `running`, which ends the child.
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(SandboxError::Start { reason: "it has no pipe".to_owned() });
        };
        let _ = fcntl(&stdin, FcntlArg::F_SETPIPE_SZ(PIPE));
        let _ = fcntl(&stdout, FcntlArg::F_SETPIPE_SZ(PIPE));
        thread("sandbox-input", move || {
            // When the child has gone, its parent learns it from the frames.
            let _ = pump(stdin, &request, input);
        })?;
        thread("sandbox-output", move || frames_of(stdout, max_frame_bytes, &give))?;
        thread("sandbox-said", move || {
            listen(stderr, &said);
            drop(hear);
        })?;
        Ok(running)
    }

    /// What the child said that holds it.
    pub(crate) fn protections(&self) -> Option<Protections> {
        self.protections
    }

    fn receive(&mut self) -> Result<Received, SandboxError> {
        let asked = Instant::now();
        let received = self.frames.recv_timeout(self.left_time);
        self.left_time = self.left_time.saturating_sub(asked.elapsed());
        match received {
            Ok(received) => Ok(received),
            Err(RecvTimeoutError::Timeout) => Err(SandboxError::Time { limit_s: self.limits.time_s }),
            Err(RecvTimeoutError::Disconnected) => Ok(Received::Closed),
        }
    }

    fn advance(&mut self) -> Result<Option<Vec<u8>>, SandboxError> {
        loop {
            match (self.receive()?, self.protections) {
                (Received::Frame(Kind::Protections, bytes), None) => {
                    let protections = frame::read_protections(&bytes)
                        .ok_or(SandboxError::Nonsense { what: "no word of what holds it" })?;
                    if !protections.are_full() {
                        tell_once(protections);
                    }
                    self.protections = Some(protections);
                }
                (Received::Frame(Kind::Data, bytes), Some(_)) => {
                    self.left_bytes = self
                        .left_bytes
                        .checked_sub(bytes.len() as u64)
                        .ok_or(SandboxError::Length { limit_bytes: self.limits.max_total_bytes })?;
                    return Ok(Some(bytes));
                }
                (Received::Frame(Kind::End, _), Some(_)) => return Ok(None),
                (Received::Frame(..), _) => return Err(SandboxError::Nonsense { what: "frames out of order" }),
                (Received::NoKind, _) => return Err(SandboxError::Nonsense { what: "no frame" }),
                (Received::TooLong, _) => {
                    return Err(SandboxError::Length { limit_bytes: self.limits.max_frame_bytes });
                }
                (Received::Closed, _) => return Err(self.died()),
            }
        }
    }

    /// Why a child that closed its output before its last frame did so.
    fn died(&mut self) -> SandboxError {
        let Some(status) = self.status() else {
            return SandboxError::BrokeDown { how: "it closed its output and went on".to_owned() };
        };
        // Its last words are in the pipe; the thread that reads them ends with it.
        let _ = self.heard.recv_timeout(LAST);
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        death::cause(status, &said, self.limits)
    }

    fn status(&mut self) -> Option<ExitStatus> {
        let asked = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if asked.elapsed() < LAST => std::thread::sleep(Duration::from_millis(1)),
                Ok(None) | Err(_) => return None,
            }
        }
    }
}

impl Frames for Running {
    fn next(&mut self) -> Result<Option<Vec<u8>>, SandboxError> {
        if self.ended {
            return Ok(None);
        }
        let outcome = self.advance();
        if !matches!(outcome, Ok(Some(_))) {
            self.ended = true;
            end(&mut self.child);
        }
        outcome
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Ends the child, if it has not ended, and takes its status so that nothing of it stays.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), SandboxError> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map(drop)
        .map_err(|error| SandboxError::Start { reason: error.to_string() })
}

fn pump(mut to: impl Write, request: &[u8], mut input: Box<dyn Read + Send>) -> io::Result<()> {
    let length = u32::try_from(request.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(request)?;
    let mut buffer = vec![0; 128 * 1024];
    loop {
        match input.read(&mut buffer) {
            // `to` is closed only once `input` has said that it is at its end.
            Ok(0) => return to.flush(),
            Ok(n) => to.write_all(buffer.get(..n).unwrap_or_default())?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn frames_of(mut from: impl Read, max: u64, give: &SyncSender<Received>) {
    loop {
        let received = frame::read(&mut from, max);
        let last = !matches!(received, Received::Frame(Kind::Data | Kind::Protections, _));
        if give.send(received).is_err() || last {
            return;
        }
    }
}

/// Keeps the first words, and lets the rest pass so that the child does not wait for a listener.
fn listen(mut from: impl Read, said: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 1024];
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        let room = SAID.saturating_sub(said.len());
        said.extend_from_slice(buffer.get(..n.min(room)).unwrap_or_default());
    }
}

fn tell_once(protections: Protections) {
    TOLD.call_once(|| {
        tracing::warn!(
            limits = ?protections.limits,
            files = ?protections.files,
            calls = ?protections.calls,
            "this kernel holds the reader of files less than it could"
        );
    });
}
