//! Plays the calls of a trace onto the model of the disk, in the order in which they began and ended.

use crate::Refusal;
use crate::acks::{Listener, Word};
use crate::call::Call;
use crate::decode::{Action, Descriptor, given, has_flag};
use crate::descriptors::{Descriptors, Opened};
use crate::disk::{Disk, is_volatile};
use crate::file::Change;
use crate::names::{Place, Rename};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The first or the last moment of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Edge {
    Begin,
    End,
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Nothing,
    /// A file, a name or its durability changed.
    Disk,
    /// A promise leaves.
    Promise,
    /// A sync that the recorder made fail begins.
    Fault,
}

/// A call and what it does.
pub(crate) type Deed = (Call, Action);

/// Moments of a trace in order: line, edge, place of the call.
pub(crate) fn timeline(deeds: &[Deed]) -> Vec<(usize, Edge, usize)> {
    let mut moments: Vec<(usize, Edge, usize)> = Vec::new();
    for (idx, (call, _)) in deeds.iter().enumerate() {
        moments.push((call.begin, Edge::Begin, idx));
        moments.extend(call.end.map(|end| (end, Edge::End, idx)));
    }
    moments.sort_unstable();
    moments
}

/// The state of the disk and of the promises at a moment.
pub(crate) struct Replay<'a> {
    deeds: &'a [Deed],
    root: &'a Path,
    volatile: &'a [String],
    descriptors: Descriptors,
    listener: Listener,
    pub(crate) disk: Disk,
    pub(crate) tried: BTreeSet<String>,
    pub(crate) acknowledged: BTreeSet<String>,
}

impl<'a> Replay<'a> {
    pub(crate) fn new(
        deeds: &'a [Deed],
        root: &'a Path,
        volatile: &'a [String],
        listener: Listener,
        disk: Disk,
    ) -> Self {
        let descriptors = Descriptors::new(deeds.iter().map(|(call, _)| call));
        let (tried, acknowledged) = (BTreeSet::new(), BTreeSet::new());
        Self { deeds, root, volatile, descriptors, listener, disk, tried, acknowledged }
    }

    /// One moment.
    pub(crate) fn step(&mut self, (line, edge, idx): (usize, Edge, usize)) -> Result<Step, Refusal> {
        let deeds = self.deeds;
        let Some((call, what)) = deeds.get(idx) else { return Ok(Step::Nothing) };
        match edge {
            Edge::Begin => self.begin(call, what),
            Edge::End => self.end(line, call, what),
        }
    }

    fn begin(&mut self, call: &Call, what: &Action) -> Result<Step, Refusal> {
        Ok(match what {
            Action::Close { from, upto } => {
                let process = self.descriptors.process(call.pid);
                self.listener.closed(process, *from, *upto);
                self.descriptors.close(call.pid, *from, *upto);
                Step::Nothing
            }
            Action::Bytes { fd, bytes, .. } => {
                let process = self.descriptors.process(call.pid);
                let words = self.listener.written(process, fd, bytes);
                if self.note(words) { Step::Promise } else { Step::Nothing }
            }
            Action::Sync { fd } if call.injected && call.result < 0 && self.target(call, fd)?.is_some() => Step::Fault,
            _ => Step::Nothing,
        })
    }

    /// Notes what was said; true when a promise was among it.
    fn note(&mut self, words: Vec<Word>) -> bool {
        let mut promised = false;
        for word in words {
            match word {
                Word::Tried(key) => self.tried.insert(key),
                Word::Acknowledged(key) => {
                    promised = true;
                    self.acknowledged.insert(key)
                }
            };
        }
        promised
    }

    fn end(&mut self, line: usize, call: &Call, what: &Action) -> Result<Step, Refusal> {
        let done = match what {
            Action::Open { path, flags } => self.opened(line, call, path, flags)?,
            Action::Duplicate { from } => {
                self.descriptors.duplicate(call.pid, *from, call.result);
                false
            }
            Action::Bytes { fd, bytes, at } => self.bytes(line, call, fd, bytes, *at)?,
            Action::Read { number } => {
                if let Some(opened) = self.descriptors.get(call.pid, *number) {
                    opened.position = opened.position.saturating_add(u64::try_from(call.result).unwrap_or(0));
                }
                false
            }
            Action::Received { fd, bytes } => {
                let process = self.descriptors.process(call.pid);
                let words = self.listener.received(process, fd, bytes);
                self.note(words);
                false
            }
            Action::Accepted => {
                let process = self.descriptors.process(call.pid);
                self.listener.closed(process, call.result, call.result);
                false
            }
            Action::Seek { fd } => {
                if let Some(opened) = self.target(call, fd)? {
                    opened.position = u64::try_from(call.result).unwrap_or(0);
                }
                false
            }
            Action::Resize { fd, length } => match self.node(call, fd)? {
                Some(node) => self.change(line, call, node, Change::Resize { length: short(*length) })?,
                None => false,
            },
            Action::ResizePath { path, length } => match self.inside(path) {
                Some(inside) => {
                    let node = self.disk.live().node(&inside);
                    let node = node.ok_or_else(|| unknown(call, path))?;
                    self.change(line, call, node, Change::Resize { length: short(*length) })?
                }
                None => false,
            },
            Action::Allocate { fd, mode, at, length } => self.allocate(line, call, fd, mode, (*at, *length))?,
            Action::Sync { fd } => self.sync(call, fd)?,
            Action::Rename { .. }
            | Action::Unlink { .. }
            | Action::RemoveFolder { .. }
            | Action::MakeFolder { .. }
            | Action::Link { .. }
            | Action::Symlink { .. } => self.names(line, call, what)?,
            Action::Map { fd, shared_writable } => {
                if *shared_writable
                    && self.target(call, fd)?.is_some()
                    && !fd.path.as_ref().is_some_and(|path| is_volatile(path, self.volatile))
                {
                    let file = fd.path.clone().unwrap_or_default();
                    return Err(Refusal::blind(&call.name, file.display(), "writes through memory leave no trace"));
                }
                false
            }
            Action::Unseen { fd } => {
                if self.target(call, fd)?.is_some() {
                    let file = fd.path.clone().unwrap_or_default();
                    return Err(Refusal::blind(&call.name, file.display(), "the bytes are not in the trace"));
                }
                false
            }
            Action::Birth { child } => {
                self.descriptors.process(*child);
                false
            }
            Action::Hidden => {
                return Err(Refusal::blind(&call.name, "any file", "calls made through a ring are not in the trace"));
            }
            Action::ChangeFolder { .. } => {
                return Err(Refusal::blind(&call.name, "any file", "relative paths would start elsewhere"));
            }
            Action::Close { .. } | Action::Nothing => false,
        };
        Ok(if done { Step::Disk } else { Step::Nothing })
    }

    /// The path below the folder, when it is below.
    fn inside(&self, path: &Path) -> Option<PathBuf> {
        path.strip_prefix(self.root).ok().map(Path::to_owned)
    }

    /// The open file that a descriptor stands for, when it is one of the folder. The kernel's own word on the path
    /// and the model's table must agree.
    fn target(&mut self, call: &Call, fd: &Descriptor) -> Result<Option<&mut Opened>, Refusal> {
        let Some(inside) = fd.path.as_ref().and_then(|path| self.inside(path)) else { return Ok(None) };
        let named = self.disk.live().node(&inside);
        let Some(opened) = self.descriptors.get(call.pid, fd.number) else {
            return Err(Refusal::blind(&call.name, inside.display(), "its opening is not in the trace"));
        };
        if !fd.deleted && named != Some(opened.node) {
            return Err(Refusal::blind(&call.name, inside.display(), "descriptor and name do not agree"));
        }
        Ok(Some(opened))
    }

    fn node(&mut self, call: &Call, fd: &Descriptor) -> Result<Option<usize>, Refusal> {
        Ok(self.target(call, fd)?.map(|opened| opened.node))
    }

    fn change(&mut self, line: usize, call: &Call, node: usize, change: Change) -> Result<bool, Refusal> {
        if self.disk.change(line, node, change) {
            Ok(true)
        } else {
            Err(Refusal::blind(&call.name, format!("file {node}"), "no file of less than 2 GiB"))
        }
    }

    fn opened(&mut self, line: usize, call: &Call, path: &Path, flags: &str) -> Result<bool, Refusal> {
        let given = given(call);
        let Some(inside) = self.inside(path).or_else(|| given.and_then(|path| self.inside(&path))) else {
            // A number that may have stood for a file of the folder in a process that closed it unseen.
            self.descriptors.close(call.pid, call.result, call.result);
            return Ok(false);
        };
        for (flag, reason) in [
            ("O_TMPFILE", "a file without a name"),
            ("O_DSYNC", "each write would be a sync"),
            ("O_SYNC", "each write would be a sync"),
        ] {
            if has_flag(flags, flag) {
                return Err(Refusal::blind(&call.name, inside.display(), reason));
            }
        }
        let mut done = false;
        let node = match self.disk.live().node(&inside) {
            Some(node) => node,
            None if has_flag(flags, "O_CREAT") => {
                let place = self.place(call, &inside)?;
                let node = self.disk.new_file();
                self.disk.rename(line, Rename::Link { place, node, birth: true });
                done = true;
                node
            }
            None => return Err(unknown(call, &inside)),
        };
        if has_flag(flags, "O_TRUNC") && self.disk.file(node).is_some_and(|file| !file.live().is_empty()) {
            done = self.change(line, call, node, Change::Resize { length: 0 })?;
        }
        let append = has_flag(flags, "O_APPEND");
        self.descriptors.open(call.pid, call.result, Opened { node, append, position: 0 });
        Ok(done)
    }

    fn bytes(
        &mut self,
        line: usize,
        call: &Call,
        fd: &Descriptor,
        bytes: &Arc<[u8]>,
        at: Option<u64>,
    ) -> Result<bool, Refusal> {
        let Some(Opened { node, append, position }) = self.target(call, fd)?.copied() else { return Ok(false) };
        let length = self.disk.file(node).map_or(0, |file| u64::try_from(file.live().len()).unwrap_or(0));
        // On Linux a file opened to append appends, whatever place is asked for.
        let start = if append { length } else { at.unwrap_or(position) };
        if at.is_none()
            && let Some(opened) = self.descriptors.get(call.pid, fd.number)
        {
            opened.position = start.saturating_add(u64::try_from(bytes.len()).unwrap_or(0));
        }
        if bytes.is_empty() {
            return Ok(false);
        }
        self.change(line, call, node, Change::Write { at: short(start), bytes: bytes.clone() })
    }

    fn allocate(
        &mut self,
        line: usize,
        call: &Call,
        fd: &Descriptor,
        mode: &str,
        (at, length): (u64, u64),
    ) -> Result<bool, Refusal> {
        let Some(node) = self.node(call, fd)? else { return Ok(false) };
        let live = self.disk.file(node).map_or(0, |file| file.live().len());
        let end = short(at.saturating_add(length));
        let flags: BTreeSet<&str> = mode.split('|').collect();
        let keeps_size = flags.contains("FALLOC_FL_KEEP_SIZE");
        if flags.contains("FALLOC_FL_PUNCH_HOLE") || flags.contains("FALLOC_FL_ZERO_RANGE") {
            let end = if keeps_size { end.min(live) } else { end };
            let length = end.saturating_sub(short(at));
            return self.change(line, call, node, Change::Zero { at: short(at), length });
        }
        match mode {
            "0" if end > live => self.change(line, call, node, Change::Resize { length: end }),
            "0" | "FALLOC_FL_KEEP_SIZE" => Ok(false),
            _ => Err(Refusal::blind(&call.name, format!("file {node}"), "a kind of allocation that moves bytes")),
        }
    }

    fn sync(&mut self, call: &Call, fd: &Descriptor) -> Result<bool, Refusal> {
        let Some(node) = self.node(call, fd)? else { return Ok(false) };
        if call.result < 0 {
            self.disk.sync_failed(node, call.begin);
        } else if !call.injected {
            self.disk.synced(node, call.begin);
        }
        Ok(true)
    }

    fn place(&self, call: &Call, inside: &Path) -> Result<Place, Refusal> {
        self.disk.live().place(inside).ok_or_else(|| unknown(call, inside))
    }

    fn names(&mut self, line: usize, call: &Call, what: &Action) -> Result<bool, Refusal> {
        let change = match what {
            Action::Rename { from, to, flags } => match (self.inside(from), self.inside(to)) {
                (None, None) => return Ok(false),
                (Some(from), Some(to)) => {
                    let (from, to) = (self.place(call, &from)?, self.place(call, &to)?);
                    Rename::Move { from, to, exchange: has_flag(flags, "RENAME_EXCHANGE") }
                }
                (Some(from), None) => Rename::Unlink { place: self.place(call, &from)? },
                (None, Some(to)) => {
                    return Err(Refusal::blind(&call.name, to.display(), "a file brought in from elsewhere"));
                }
            },
            Action::Unlink { path } | Action::RemoveFolder { path } => match self.inside(path) {
                None => return Ok(false),
                Some(path) => Rename::Unlink { place: self.place(call, &path)? },
            },
            Action::MakeFolder { path } => match self.inside(path) {
                None => return Ok(false),
                Some(path) => {
                    let place = self.place(call, &path)?;
                    Rename::Link { place, node: self.disk.new_folder(), birth: true }
                }
            },
            Action::Link { from, to } => match (self.inside(from), self.inside(to)) {
                (_, None) => return Ok(false),
                (None, Some(to)) => {
                    return Err(Refusal::blind(&call.name, to.display(), "a file brought in from elsewhere"));
                }
                (Some(from), Some(to)) => {
                    let node = self.disk.live().node(&from).ok_or_else(|| unknown(call, &from))?;
                    Rename::Link { place: self.place(call, &to)?, node, birth: false }
                }
            },
            Action::Symlink { path } => match self.inside(path) {
                None => return Ok(false),
                Some(path) => return Err(Refusal::blind(&call.name, path.display(), "symbolic links")),
            },
            _ => return Ok(false),
        };
        self.disk.rename(line, change);
        Ok(true)
    }
}

fn unknown(call: &Call, path: &Path) -> Refusal {
    Refusal::blind(&call.name, path.display(), "a file or folder that the trace did not make")
}

fn short(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}
