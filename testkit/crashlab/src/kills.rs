//! Sudden death: a program is killed at a random moment, started again, and asked what it kept.

use crate::Refusal;
use crate::acks::{Word, word};
use crate::random::Random;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::ops::RangeInclusive;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

/// When the kill comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delay {
    /// Milliseconds, drawn evenly.
    pub ms: RangeInclusive<u64>,
    /// Of a hundred kills, how many count their delay from the program's line `ready` instead of from its start.
    pub percent_after_ready: u64,
}

/// How many kills, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kills {
    /// Over all lanes.
    pub n: usize,
    /// The delays are drawn from it; the moments they hit are the machine's.
    pub seed: u64,
    /// When.
    pub delay: Delay,
    /// Folders killed side by side, at least 1.
    pub lanes: usize,
}

/// What one lane has been promised so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lane {
    /// From 0.
    pub number: usize,
    /// Kills so far.
    pub n_kills: usize,
    /// Of them, how many came while the program was still running.
    pub n_alive: usize,
    /// Keys promised (`ack KEY` on standard output).
    pub acknowledged: BTreeSet<String>,
    /// Keys announced (`try KEY`).
    pub tried: BTreeSet<String>,
}

impl Kills {
    /// Starts what `program` gives for a lane, kills it, and lets `after` look at what is left, again and again.
    /// Gives back what each lane was promised.
    ///
    /// # Errors
    /// The first fault that `after` tells of, or a program that does not start.
    pub fn run(
        &self,
        program: impl Fn(&Lane) -> Command + Sync,
        after: impl Fn(&Lane) -> Result<(), String> + Sync,
    ) -> Result<Vec<Lane>, String> {
        let lanes = self.lanes.max(1);
        let (program, after) = (&program, &after);
        thread::scope(|scope| {
            let handles: Vec<_> = (0..lanes)
                .map(|number| {
                    let n = self.n / lanes + usize::from(number < self.n % lanes);
                    scope.spawn(move || self.lane(number, n, program, after))
                })
                .collect();
            let gone = || Err("a lane panicked".to_owned());
            handles.into_iter().map(|handle| handle.join().unwrap_or_else(|_| gone())).collect()
        })
    }

    fn lane(
        &self,
        number: usize,
        n: usize,
        program: &impl Fn(&Lane) -> Command,
        after: &impl Fn(&Lane) -> Result<(), String>,
    ) -> Result<Lane, String> {
        let mut random = Random::new(self.seed, u64::try_from(number).unwrap_or(0));
        let mut lane = Lane { number, ..Lane::default() };
        for _ in 0..n {
            let width = self.delay.ms.end().saturating_sub(*self.delay.ms.start());
            let delay = self.delay.ms.start().saturating_add(random.below(width.saturating_add(1)));
            let after_ready = random.below(100) < self.delay.percent_after_ready;
            let alive = kill_once(&mut program(&lane), delay, after_ready, &mut lane).map_err(|e| e.to_string())?;
            lane.n_kills += 1;
            lane.n_alive += usize::from(alive);
            after(&lane).map_err(|fault| {
                format!("lane {number}, kill {} ({delay} ms, after ready: {after_ready}): {fault}", lane.n_kills)
            })?;
        }
        Ok(lane)
    }
}

/// Starts, waits, kills, and reads to the end what was printed; true when the program was still running.
fn kill_once(command: &mut Command, delay: u64, after_ready: bool, lane: &mut Lane) -> Result<bool, Refusal> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut child = Reaped(child.map_err(Refusal::lab("start the program"))?);
    let Some(stdout) = child.0.stdout.take() else {
        return Err(Refusal::Lab { doing: "read the program", reason: "it has no standard output".to_owned() });
    };
    let mut stdout = BufReader::new(stdout);
    if after_ready {
        until_ready(&mut stdout, lane)?;
    }
    let reader = thread::spawn(move || heard(&mut stdout));
    thread::sleep(Duration::from_millis(delay));
    let alive = child.0.try_wait().map_err(Refusal::lab("look at the program"))?.is_none();
    child.end();
    let gone = || Refusal::Lab { doing: "read the program", reason: "the reader panicked".to_owned() };
    for word in reader.join().map_err(|_| gone())?.map_err(Refusal::lab("read the program"))? {
        note(lane, word);
    }
    Ok(alive)
}

/// A program that does not outlive us.
struct Reaped(Child);

impl Reaped {
    fn end(&mut self) {
        // It may just have ended by itself, which is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Reaped {
    fn drop(&mut self) {
        self.end();
    }
}

fn until_ready(stdout: &mut BufReader<ChildStdout>, lane: &mut Lane) -> Result<(), Refusal> {
    let mut line = String::new();
    while stdout.read_line(&mut line).map_err(Refusal::lab("read the program"))? > 0 {
        let text = line.trim_end();
        if text == "ready" {
            break;
        }
        if let Some(word) = word(text) {
            note(lane, word);
        }
        line.clear();
    }
    Ok(())
}

/// Whole lines only: the kill may cut the last one.
fn heard(stdout: &mut BufReader<ChildStdout>) -> std::io::Result<Vec<Word>> {
    let mut words = Vec::new();
    let mut line = Vec::new();
    while stdout.read_until(b'\n', &mut line)? > 0 {
        if line.pop() == Some(b'\n') {
            words.extend(word(&String::from_utf8_lossy(&line)));
        }
        line.clear();
    }
    Ok(words)
}

fn note(lane: &mut Lane, word: Word) {
    match word {
        Word::Tried(key) => lane.tried.insert(key),
        Word::Acknowledged(key) => lane.acknowledged.insert(key),
    };
}
