//! From the words of a call to what it does: descriptors, paths, bytes, flags.

use crate::Refusal;
use crate::call::Call;
use crate::scan::{split, whole_number};
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A descriptor as the trace shows it, with the path that the kernel gave for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Descriptor {
    pub(crate) number: i64,
    /// Absent for `AT_FDCWD` without annotation and for numbers that are no open descriptor.
    pub(crate) path: Option<PathBuf>,
    /// The file has lost its name.
    pub(crate) deleted: bool,
}

/// What a call does, as far as files, their durability and acknowledgements are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    Open {
        path: PathBuf,
        flags: String,
    },
    Close {
        from: i64,
        upto: i64,
    },
    Duplicate {
        from: i64,
    },
    /// The bytes that the call did write.
    Bytes {
        fd: Descriptor,
        bytes: Arc<[u8]>,
        at: Option<u64>,
    },
    Read {
        number: i64,
    },
    Received {
        fd: Descriptor,
        bytes: Vec<u8>,
    },
    Accepted,
    Seek {
        fd: Descriptor,
    },
    Resize {
        fd: Descriptor,
        length: u64,
    },
    ResizePath {
        path: PathBuf,
        length: u64,
    },
    Allocate {
        fd: Descriptor,
        mode: String,
        at: u64,
        length: u64,
    },
    Sync {
        fd: Descriptor,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
        flags: String,
    },
    Unlink {
        path: PathBuf,
    },
    MakeFolder {
        path: PathBuf,
    },
    RemoveFolder {
        path: PathBuf,
    },
    Link {
        from: PathBuf,
        to: PathBuf,
    },
    Symlink {
        path: PathBuf,
    },
    Map {
        fd: Descriptor,
        shared_writable: bool,
    },
    /// Moves bytes into a descriptor without showing them.
    Unseen {
        fd: Descriptor,
    },
    /// A thread or process begins, with its parent's descriptors as they are now.
    Birth {
        child: u32,
    },
    /// Cannot be followed wherever it points.
    Hidden,
    /// Changes where relative paths start; `to` when it can be told.
    ChangeFolder {
        to: Option<PathBuf>,
    },
    Nothing,
}

/// Understands a call; `start` is where relative paths without annotation begin.
///
/// What failed or never came back did nothing, and what the recorder answered in the kernel's place was not done; a
/// sync that failed is another matter.
pub(crate) fn action(call: &Call, start: &Path) -> Result<Action, Refusal> {
    let is_sync = matches!(call.name.as_str(), "fsync" | "fdatasync");
    if !is_sync && (call.result < 0 || call.injected || call.end.is_none()) {
        return Ok(Action::Nothing);
    }
    understood(call, start)
}

/// The files and names that a call would change which never came back, because its thread was gone: it may have done
/// its work or not.
pub(crate) fn in_doubt(call: &Call, start: &Path) -> Vec<PathBuf> {
    if call.end.is_some() {
        return Vec::new();
    }
    match understood(&Call { result: 0, ..call.clone() }, start) {
        Ok(Action::Open { path, .. } | Action::ResizePath { path, .. } | Action::Unlink { path }) => vec![path],
        Ok(Action::MakeFolder { path } | Action::RemoveFolder { path } | Action::Link { to: path, .. }) => vec![path],
        Ok(Action::Rename { from, to, .. }) => vec![from, to],
        Ok(Action::Bytes { fd, .. } | Action::Resize { fd, .. } | Action::Allocate { fd, .. }) => {
            fd.path.into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn understood(call: &Call, start: &Path) -> Result<Action, Refusal> {
    let reader = Reader { call, start };
    let a = |i| reader.arg(i);
    Ok(match call.name.as_str() {
        "open" => Action::Open { path: reader.path(0)?, flags: a(1).to_owned() },
        "creat" => Action::Open { path: reader.path(0)?, flags: "O_CREAT|O_WRONLY|O_TRUNC".to_owned() },
        "openat" => Action::Open { path: reader.path_at(0)?, flags: a(2).to_owned() },
        "openat2" => Action::Open { path: reader.path_at(0)?, flags: a(2).to_owned() },
        "close" => {
            let number = reader.fd(0)?.number;
            Action::Close { from: number, upto: number }
        }
        "close_range" if a(2).contains("CLOEXEC") => Action::Nothing,
        "close_range" => Action::Close { from: reader.fd(0)?.number, upto: reader.fd(1)?.number },
        "dup" | "dup2" | "dup3" => Action::Duplicate { from: reader.fd(0)?.number },
        "fcntl" if a(1).starts_with("F_DUPFD") => Action::Duplicate { from: reader.fd(0)?.number },
        "write" => Action::Bytes { fd: reader.fd(0)?, bytes: reader.sent(reader.string(1)?), at: None },
        "pwrite64" => {
            Action::Bytes { fd: reader.fd(0)?, bytes: reader.sent(reader.string(1)?), at: Some(reader.count(3)?) }
        }
        "writev" => Action::Bytes { fd: reader.fd(0)?, bytes: reader.sent(reader.vector(1)?), at: None },
        "pwritev" => {
            Action::Bytes { fd: reader.fd(0)?, bytes: reader.sent(reader.vector(1)?), at: Some(reader.count(3)?) }
        }
        "pwritev2" => {
            let at = if a(3) == "-1" { None } else { Some(reader.count(3)?) };
            Action::Bytes { fd: reader.fd(0)?, bytes: reader.sent(reader.vector(1)?), at }
        }
        "sendto" => Action::Bytes { fd: reader.fd(0)?, bytes: reader.sent(reader.string(1)?), at: None },
        "sendmsg" => Action::Bytes { fd: reader.fd(0)?, bytes: reader.sent(reader.vector(1)?), at: None },
        "read" | "readv" => Action::Read { number: reader.fd(0)?.number },
        "recvfrom" if call.result > 0 => Action::Received { fd: reader.fd(0)?, bytes: reader.string(1)? },
        "accept" | "accept4" => Action::Accepted,
        "lseek" => Action::Seek { fd: reader.fd(0)? },
        "ftruncate" => Action::Resize { fd: reader.fd(0)?, length: reader.count(1)? },
        "truncate" => Action::ResizePath { path: reader.path(0)?, length: reader.count(1)? },
        "fallocate" => Action::Allocate {
            fd: reader.fd(0)?,
            mode: a(1).to_owned(),
            at: reader.count(2)?,
            length: reader.count(3)?,
        },
        "fsync" | "fdatasync" => Action::Sync { fd: reader.fd(0)? },
        "rename" => Action::Rename { from: reader.path(0)?, to: reader.path(1)?, flags: String::new() },
        "renameat" => Action::Rename { from: reader.path_at(0)?, to: reader.path_at(2)?, flags: String::new() },
        "renameat2" => Action::Rename { from: reader.path_at(0)?, to: reader.path_at(2)?, flags: a(4).to_owned() },
        "unlink" => Action::Unlink { path: reader.path(0)? },
        "unlinkat" if a(2).contains("AT_REMOVEDIR") => Action::RemoveFolder { path: reader.path_at(0)? },
        "unlinkat" => Action::Unlink { path: reader.path_at(0)? },
        "rmdir" => Action::RemoveFolder { path: reader.path(0)? },
        "mkdir" => Action::MakeFolder { path: reader.path(0)? },
        "mkdirat" => Action::MakeFolder { path: reader.path_at(0)? },
        "link" => Action::Link { from: reader.path(0)?, to: reader.path(1)? },
        "linkat" => Action::Link { from: reader.path_at(0)?, to: reader.path_at(2)? },
        "symlink" => Action::Symlink { path: reader.path(1)? },
        "symlinkat" => Action::Symlink { path: reader.path_at(1)? },
        "mmap" if !a(3).contains("MAP_ANONYMOUS") => {
            let shared_writable = a(2).contains("PROT_WRITE") && a(3).contains("MAP_SHARED");
            Action::Map { fd: reader.fd(4)?, shared_writable }
        }
        "sendfile" => Action::Unseen { fd: reader.fd(0)? },
        "copy_file_range" | "splice" => Action::Unseen { fd: reader.fd(2)? },
        "clone" | "clone3" | "fork" | "vfork" => match u32::try_from(call.result) {
            Ok(child @ 1..) => Action::Birth { child },
            _ => Action::Nothing,
        },
        "io_uring_setup" | "io_uring_enter" => Action::Hidden,
        "chdir" => Action::ChangeFolder { to: Some(reader.path(0)?) },
        "fchdir" | "chroot" => Action::ChangeFolder { to: None },
        // Asks the disk to begin; promises nothing.
        "sync_file_range" => Action::Nothing,
        _ => Action::Nothing,
    })
}

/// The path that the kernel gave for a new descriptor (`<…>` after the result).
pub(crate) fn given(call: &Call) -> Option<PathBuf> {
    annotation(&call.tail).map(|(path, _)| path)
}

struct Reader<'a> {
    call: &'a Call,
    start: &'a Path,
}

impl Reader<'_> {
    fn fault(&self, reason: &'static str) -> Refusal {
        Refusal::Line { line: self.call.begin, reason, text: self.call.name.clone() }
    }

    fn arg(&self, i: usize) -> &str {
        self.call.args.get(i).map_or("", String::as_str)
    }

    fn count(&self, i: usize) -> Result<u64, Refusal> {
        whole_number(self.arg(i)).and_then(|n| u64::try_from(n).ok()).ok_or_else(|| self.fault("a count"))
    }

    fn fd(&self, i: usize) -> Result<Descriptor, Refusal> {
        descriptor(self.arg(i)).ok_or_else(|| self.fault("a descriptor"))
    }

    fn string(&self, i: usize) -> Result<Vec<u8>, Refusal> {
        self.bytes(self.arg(i))
    }

    /// What of these bytes was written.
    fn sent(&self, mut bytes: Vec<u8>) -> Arc<[u8]> {
        bytes.truncate(usize::try_from(self.call.result).unwrap_or(0));
        bytes.into()
    }

    fn bytes(&self, text: &str) -> Result<Vec<u8>, Refusal> {
        // Dots after the closing quote: the recorder left bytes out.
        let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
        let inner = inner.ok_or_else(|| self.fault("all the bytes of a string"))?;
        unescape(inner).ok_or_else(|| self.fault("bytes written as \\xHH"))
    }

    /// The bytes of every `iov_base` in an argument.
    fn vector(&self, i: usize) -> Result<Vec<u8>, Refusal> {
        let mut bytes = Vec::new();
        let mut rest = self.arg(i);
        if rest.contains("\"...") || rest.contains("}, ...") {
            return Err(self.fault("all the bytes of a vector"));
        }
        while let Some((_, after)) = rest.split_once("iov_base=\"") {
            let (inner, after) = after.split_once('"').ok_or_else(|| self.fault("a closing quote"))?;
            bytes.extend(unescape(inner).ok_or_else(|| self.fault("bytes written as \\xHH"))?);
            rest = after;
        }
        Ok(bytes)
    }

    fn path(&self, i: usize) -> Result<PathBuf, Refusal> {
        Ok(plain(&self.start.join(OsString::from_vec(self.string(i)?))))
    }

    /// A folder's descriptor and a path that may start there.
    fn path_at(&self, i: usize) -> Result<PathBuf, Refusal> {
        let start = annotation(self.arg(i)).map_or_else(|| self.start.to_owned(), |(path, _)| path);
        Ok(plain(&start.join(OsString::from_vec(self.string(i.saturating_add(1))?))))
    }
}

/// `3<\x61>`, `3<\x61>(deleted)`, `3`, `0x3`, `AT_FDCWD<…>`, `-1`.
fn descriptor(text: &str) -> Option<Descriptor> {
    let end = text.find('<').unwrap_or(text.len());
    let (number, _) = text.split_at(end);
    let number = if number == "AT_FDCWD" { -100 } else { whole_number(number)? };
    let (path, deleted) = match annotation(text) {
        Some((path, deleted)) => (Some(path), deleted),
        None => (None, false),
    };
    Some(Descriptor { number, path, deleted })
}

fn annotation(text: &str) -> Option<(PathBuf, bool)> {
    let (_, after) = text.split_once('<')?;
    let (inner, after) = after.rsplit_once('>')?;
    let bytes = unescape(inner).unwrap_or_else(|| inner.as_bytes().to_vec());
    Some((PathBuf::from(OsString::from_vec(bytes)), after.starts_with("(deleted)")))
}

/// Bytes written as `\xHH`, each of them.
fn unescape(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    if !bytes.len().is_multiple_of(4) {
        return None;
    }
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    bytes
        .chunks_exact(4)
        .map(|group| match group {
            [b'\\', b'x', high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}

/// Without `.` and `..`; no symbolic link is followed (the replay refuses them within the folder).
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                out.pop();
            }
            std::path::Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

/// Whether one of `|`-joined flags is set.
pub(crate) fn has_flag(flags: &str, flag: &str) -> bool {
    split(flags)
        .iter()
        .any(|part| part.trim_matches(['{', '}']).trim_start_matches("flags=").split('|').any(|f| f == flag))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::calls;

    fn one(line: &str) -> Result<Action, Refusal> {
        action(&calls(line).unwrap()[0], Path::new("/w"))
    }

    fn fd(number: i64, path: &str) -> Descriptor {
        Descriptor { number, path: Some(path.into()), deleted: false }
    }

    #[test]
    fn words_become_actions() {
        let check = |line: &str, expected: Action| assert_eq!(one(line).unwrap(), expected, "{line}");
        check(
            r#"1 openat(AT_FDCWD<\x2f\x61>, "\x2e\x2e\x2f\x62", O_RDWR|O_CREAT, 0600) = 3<\x2f\x62>"#,
            Action::Open { path: "/b".into(), flags: "O_RDWR|O_CREAT".into() },
        );
        check(
            r#"1 pwrite64(3<\x2f\x62>, "\x00\xff", 2, 4096) = 2"#,
            Action::Bytes { fd: fd(3, "/b"), bytes: [0, 255].into(), at: Some(4096) },
        );
        check(
            r#"1 writev(3<\x2f\x62>, [{iov_base="\x61", iov_len=1}, {iov_base="\x62\x63", iov_len=2}], 2) = 3"#,
            Action::Bytes { fd: fd(3, "/b"), bytes: (*b"abc").into(), at: None },
        );
        check(
            r#"1 rename("\x61", "\x2f\x62") = 0"#,
            Action::Rename { from: "/w/a".into(), to: "/b".into(), flags: String::new() },
        );
        check(
            r"1 mmap(NULL, 32768, PROT_READ|PROT_WRITE, MAP_SHARED, 3<\x2f\x62>(deleted), 0) = 0x7fcfb8264000",
            Action::Map { fd: Descriptor { deleted: true, ..fd(3, "/b") }, shared_writable: true },
        );
        check("1 read(0x3, 0x556fde8d6730, 0x357)  = 0x356", Action::Read { number: 3 });
        check("1 io_uring_setup(8, {flags=0}) = 5", Action::Hidden);
        assert!(has_flag("O_RDWR|O_CREAT", "O_CREAT"));
        assert!(has_flag("{flags=O_RDWR|O_CREAT, mode=0600}", "O_RDWR"));
        assert!(!has_flag("O_RDWR|O_CREATE", "O_CREAT"));
    }

    #[test]
    fn bytes_left_out_are_noticed() {
        for line in [
            r#"1 write(3<\x2f\x62>, "\x61"..., 2) = 2"#,
            r#"1 writev(3<\x2f\x62>, [{iov_base="\x61"..., iov_len=2}], 1) = 2"#,
            r#"1 write(3<\x2f\x62>, "a", 1) = 1"#,
        ] {
            assert!(matches!(one(line), Err(Refusal::Line { .. })), "{line}");
        }
    }
}
