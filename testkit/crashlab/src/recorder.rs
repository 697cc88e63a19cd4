//! A run of a program with its trace.

use crate::Refusal;
use crate::acks::Acknowledgements;
use crate::call::Call;
use crate::decode::{Action, action, in_doubt};
use crate::disk::Disk;
use crate::replay::Deed;
use crate::scan::calls;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Every call that changes files, their names or their durability, that moves descriptors, or that carries promises.
/// `?`: not every machine has it.
const WATCHED: &str = "?open,openat,?openat2,?creat,close,?close_range,dup,?dup2,dup3,fcntl,read,readv,write,writev,\
    pwrite64,pwritev,?pwritev2,lseek,ftruncate,truncate,fallocate,fsync,fdatasync,?rename,?renameat,renameat2,?unlink,\
    unlinkat,?rmdir,?mkdir,mkdirat,?link,linkat,?symlink,symlinkat,mmap,sendfile,copy_file_range,splice,sendto,sendmsg,\
    recvfrom,?accept,accept4,?io_uring_setup,?io_uring_enter,clone,?clone3,?fork,?vfork,chdir,fchdir,chroot,\
    sync_file_range";

/// Longest write that a trace keeps whole, in bytes; a longer one makes the lab refuse.
const LONGEST_WRITE: &str = "8388608";

/// Whether programs can be traced here; if not, why.
///
/// # Errors
/// One line for the person who reads the test run.
pub fn available() -> Result<(), String> {
    let tried = Command::new("strace").args(["-qq", "-o", "/dev/null", "-e", "trace=none", "true"]).output();
    match tried {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!(
            "strace cannot trace here: {}",
            String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or_default()
        )),
        Err(error) => Err(format!("strace does not start ({error}): install the package `strace`")),
    }
}

/// A disk that fails, or lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The calls that fail: `fsync`, `pwrite64`…
    pub calls: Vec<String>,
    /// `EIO`, `ENOSPC`…; `None` for a call that answers "done" and does nothing.
    pub error: Option<String>,
    /// The first call of each thread that fails, from 1.
    pub first: u32,
    /// Whether all later calls fail too.
    pub lasting: bool,
}

impl Fault {
    fn option(&self) -> String {
        let answer = match &self.error {
            Some(error) => format!("error={error}"),
            None => "retval=0".to_owned(),
        };
        let lasting = if self.lasting { "+" } else { "" };
        format!("inject={}:{answer}:when={}{lasting}", self.calls.join(","), self.first)
    }
}

/// How to run a program and what to watch.
#[derive(Debug, Clone)]
pub struct Recorder {
    /// The folder whose files are followed.
    pub folder: PathBuf,
    /// Where promises are seen.
    pub acknowledgements: Acknowledgements,
    /// Ends of names of files whose content means nothing after a restart: `-shm` of SQLite, which it rebuilds. They
    /// may be written through memory, and no image holds them.
    pub volatile: Vec<String>,
    /// What fails during the run.
    pub fault: Option<Fault>,
}

impl Recorder {
    /// For a program that keeps SQLite files in `folder` and says `ack KEY` on its standard output.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            acknowledgements: Acknowledgements::Lines { descriptor: 1 },
            volatile: vec!["-shm".to_owned()],
            fault: None,
        }
    }

    /// Runs `program` to its end and reads its trace. Its standard output and error are kept in the recording.
    ///
    /// # Errors
    /// [`Refusal`] when the run cannot be recorded or followed.
    pub fn record(&self, program: &Command) -> Result<Recording, Refusal> {
        let place = tempfile::tempdir().map_err(Refusal::lab("make a folder for the trace"))?;
        let trace = place.path().join("trace");
        let (folder, before) = self.before()?;
        let output = self
            .traced(program, &trace)
            .stdin(Stdio::null())
            .output()
            .map_err(Refusal::lab("run the program under strace"))?;
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        self.read(program, &trace, (folder, before), (output.status.code(), stdout, stderr))
    }

    /// The folder, without symbolic links, and the files it holds now.
    ///
    /// # Errors
    /// [`Refusal`] when it cannot be read.
    pub(crate) fn before(&self) -> Result<(PathBuf, Disk), Refusal> {
        let folder = fs::canonicalize(&self.folder).map_err(Refusal::lab("find the folder"))?;
        let before = Disk::load(&folder)?;
        Ok((folder, before))
    }

    /// The command that runs `program` and writes its trace into a file.
    fn traced(&self, program: &Command, trace: &Path) -> Command {
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-y", "-xx", "-s", LONGEST_WRITE, "-e", "signal=none", "-e", "raw=read,readv"]);
        command.arg("-e").arg(format!("trace={WATCHED}")).arg("-o").arg(trace);
        if let Some(fault) = &self.fault {
            command.arg("-e").arg(fault.option());
        } else {
            command.arg("--seccomp-bpf");
        }
        command.arg("--").arg(program.get_program()).args(program.get_args());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if let Some(folder) = program.get_current_dir() {
            command.current_dir(folder);
        }
        command
    }

    fn read(
        &self,
        program: &Command,
        trace: &Path,
        (folder, before): (PathBuf, Disk),
        (status, stdout, stderr): (Option<i32>, String, String),
    ) -> Result<Recording, Refusal> {
        let text = fs::read_to_string(trace).map_err(Refusal::lab("read the trace"))?;
        let start = match program.get_current_dir() {
            Some(start) => start.to_owned(),
            None => std::env::current_dir().map_err(Refusal::lab("find the working folder"))?,
        };
        let (deeds, doubtful) = deeds(&text, &start)?;
        let recording = Recording { recorder: self.clone(), folder, before, deeds, doubtful, status, stdout, stderr };
        recording.explain()?;
        Ok(recording)
    }
}

/// Calls with what they do, without the words of the trace; and the paths of which the trace does not tell whether their
/// last call was carried out.
pub(crate) fn deeds(text: &str, start: &Path) -> Result<(Vec<Deed>, BTreeSet<PathBuf>), Refusal> {
    let mut doubtful = BTreeSet::new();
    let mut folders = Folders { first: start, moved: BTreeMap::new(), parents: BTreeSet::new() };
    let read = |call: Call| {
        let start = folders.of(call.pid).to_owned();
        doubtful.extend(in_doubt(&call, &start));
        let mut what = action(&call, &start)?;
        if folders.follow(&call, &what) {
            what = Action::Nothing;
        }
        let births = call.name.contains("clone");
        let args = if births { call.args } else { Vec::new() };
        Ok((Call { args, ..call }, what))
    };
    let deeds: Result<Vec<Deed>, Refusal> = calls(text)?.into_iter().map(read).collect();
    Ok((deeds?, doubtful))
}

/// Where the relative paths of each process start.
struct Folders<'a> {
    first: &'a Path,
    moved: BTreeMap<u32, PathBuf>,
    parents: BTreeSet<u32>,
}

impl Folders<'_> {
    fn of(&self, pid: u32) -> &Path {
        self.moved.get(&pid).map_or(self.first, PathBuf::as_path)
    }

    /// Follows a process that moves to another folder, when it has begun neither thread nor process: whom else its move
    /// would concern is then known. Any other move is left to be refused.
    fn follow(&mut self, call: &Call, what: &Action) -> bool {
        match what {
            Action::Birth { child } => {
                self.parents.insert(call.pid);
                if let Some(folder) = self.moved.get(&call.pid).cloned() {
                    self.moved.insert(*child, folder);
                }
                false
            }
            Action::ChangeFolder { to: Some(to) } if !self.parents.contains(&call.pid) => {
                self.moved.insert(call.pid, to.clone());
                true
            }
            _ => false,
        }
    }
}

/// A run, ready to be cut short at any moment.
#[derive(Debug)]
pub struct Recording {
    pub(crate) recorder: Recorder,
    /// The folder, without symbolic links.
    pub(crate) folder: PathBuf,
    pub(crate) before: Disk,
    pub(crate) deeds: Vec<Deed>,
    /// Paths whose last call never came back.
    pub(crate) doubtful: BTreeSet<PathBuf>,
    /// The program's exit status; `None` when a signal ended it.
    pub status: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
}
