//! The parent's side: starting a child.

use crate::child::{COMMAND, NO_PARSER};
use crate::running::Running;
use beffroi_ports::{Frames, Protections, Sandbox, SandboxError, Task};
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What a child may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Memory, in bytes, over what the program itself takes.
    pub memory_bytes: u64,
    /// Processor time for any file, in seconds.
    pub cpu_base_s: u64,
    /// Processor time on top, in seconds, for each 100 MB of the file.
    pub cpu_per_100_mb_s: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory_bytes: 256 << 20, cpu_base_s: 20, cpu_per_100_mb_s: 60 }
    }
}

impl Limits {
    fn cpu_s(&self, input_bytes: u64) -> u64 {
        let more = u128::from(self.cpu_per_100_mb_s) * u128::from(input_bytes) / 100_000_000;
        self.cpu_base_s.saturating_add(u64::try_from(more).unwrap_or(u64::MAX)).max(1)
    }

    /// How long the child may keep its parent waiting, all in all, in seconds: twice its processor time and a bit, for a
    /// machine that is busy with other things.
    fn time_s(&self, input_bytes: u64) -> u64 {
        self.cpu_s(input_bytes).saturating_mul(2).saturating_add(10)
    }
}

/// Reads each file in a child process.
#[derive(Debug, Clone)]
pub struct ChildSandbox {
    program: PathBuf,
    limits: Limits,
}

impl ChildSandbox {
    /// Children are this very program, which calls [`crate::child`] first thing in its `main`.
    pub fn of_this_program(limits: Limits) -> Self {
        // Not its path: a program that was replaced while it runs must not start its successor.
        Self { program: PathBuf::from("/proc/self/exe"), limits }
    }

    /// Children are the program at that path.
    pub fn of_program(program: impl Into<PathBuf>, limits: Limits) -> Self {
        Self { program: program.into(), limits }
    }

    fn start(&self, task: Task, input: Box<dyn Read + Send>) -> Result<Running, SandboxError> {
        let (cpu_s, time_s) = (self.limits.cpu_s(task.input_bytes), self.limits.time_s(task.input_bytes));
        let mut command = Command::new(&self.program);
        command
            .args([COMMAND, task.parser])
            .args([self.limits.memory_bytes.to_string(), cpu_s.to_string()])
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command.spawn().map_err(|error| SandboxError::Start { reason: error.to_string() })?;
        Running::new(child, task, input, self.limits.memory_bytes, cpu_s, time_s)
    }
}

impl Sandbox for ChildSandbox {
    fn read(&self, task: Task, input: Box<dyn Read + Send>) -> Result<Box<dyn Frames>, SandboxError> {
        Ok(Box::new(self.start(task, input)?))
    }

    fn protections(&self) -> Result<Protections, SandboxError> {
        let task =
            Task { parser: NO_PARSER, request: Vec::new(), input_bytes: 0, max_frame_bytes: 64, max_total_bytes: 64 };
        let mut running = self.start(task, Box::new(io::empty()))?;
        while running.next()?.is_some() {}
        running.protections().ok_or(SandboxError::Nonsense { what: "no word of what holds it" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_grows_with_the_file() {
        let limits = Limits::default();
        assert_eq!(limits.cpu_s(0), 20);
        assert_eq!(limits.cpu_s(100_000_000), 80);
        assert_eq!(limits.cpu_s(u64::MAX) / 1_000_000_000, 11_068);
        assert_eq!(limits.time_s(0), 50);
        assert_eq!(Limits { cpu_base_s: 0, ..limits }.cpu_s(0), 1);
    }
}
