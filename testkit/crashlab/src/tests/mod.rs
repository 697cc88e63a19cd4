//! The model on traces written by hand: each says what a disk may keep, and what it may not.

mod refusals;
mod runs;

use crate::acks::Listener;
use crate::disk::{Disk, Durability, Image, Loss};
use crate::recorder::{Recorder, Recording, deeds};
use crate::replay::Replay;
use crate::replay::timeline;
use crate::{Acknowledgements, Refusal};
use std::path::{Path, PathBuf};

/// A trace in short: `'text'` becomes bytes as strace writes them, `<path>` an annotation; each line gets thread 1
/// unless it starts with a number.
pub(super) fn trace(short: &str) -> String {
    let hex = |text: &str| text.bytes().map(|b| format!("\\x{b:02x}")).collect::<String>();
    let mut out = String::new();
    for line in short.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !line.starts_with(|c: char| c.is_ascii_digit()) {
            out.push_str("1 ");
        }
        // Resumed and unfinished marks have angle brackets of their own.
        let mut rest = line;
        while let Some(at) = rest.find(['\'', '<']) {
            let (head, tail) = rest.split_at(at);
            out.push_str(head);
            let (close, is_path) = if tail.starts_with('\'') { ('\'', false) } else { ('>', true) };
            let inner = &tail[1..];
            let end = inner.find(close).expect("closed");
            let text = &inner[..end];
            if is_path && !text.starts_with('/') {
                out.push_str(&format!("<{text}>"));
            } else if is_path {
                out.push_str(&format!("<{}>", hex(text)));
            } else {
                out.push_str(&format!("\"{}\"", hex(&text.replace("\\n", "\n"))));
            }
            rest = &inner[end + 1..];
        }
        out.push_str(rest);
        out.push('\n');
    }
    out
}

/// A recording of that trace, of a folder `/d` that held these files.
pub(super) fn recording(short: &str, before: &[(&str, &str)]) -> Result<Recording, Refusal> {
    let place = tempfile::tempdir().unwrap();
    for (name, content) in before {
        std::fs::write(place.path().join(name), content).unwrap();
    }
    let (deeds, doubtful) = deeds(&trace(short), Path::new("/w"))?;
    Ok(Recording {
        recorder: Recorder::new(Path::new("/d")),
        folder: "/d".into(),
        before: Disk::load(place.path())?,
        deeds,
        doubtful,
        status: Some(0),
        stdout: String::new(),
        stderr: String::new(),
    })
}

/// The disk when the trace ends.
fn disk(short: &str, before: &[(&str, &str)], durability: Durability) -> Result<Disk, Refusal> {
    let recording = recording(short, before)?;
    let listener = Listener::new(Acknowledgements::Lines { descriptor: 1 });
    let volatile = ["-shm".to_owned()];
    let start = recording.before.clone().with(durability);
    let mut replay = Replay::new(&recording.deeds, Path::new("/d"), &volatile, listener, start);
    for moment in timeline(&recording.deeds) {
        replay.step(moment)?;
    }
    Ok(replay.disk)
}

fn told(image: &Image) -> Vec<String> {
    let tell = |(path, content): (&PathBuf, &Option<Vec<u8>>)| match content {
        Some(content) => format!("{}={}", path.display(), String::from_utf8_lossy(content)),
        None => format!("{}/", path.display()),
    };
    image.iter().map(tell).collect()
}

/// What is left of the trace when everything not synced is gone.
#[track_caller]
fn left(short: &str, before: &[(&str, &str)], expected: &[&str]) {
    let disk = disk(short, before, Durability::WithFile).unwrap();
    assert_eq!(told(&disk.image(Loss::Drop)), expected);
}

const MAKE: &str = "openat(AT_FDCWD</w>, '/d/a', O_RDWR|O_CREAT, 0600) = 3</d/a>\n";

fn made(more: &str) -> String {
    format!("{MAKE}{more}")
}

#[test]
fn a_write_without_sync_is_lost() {
    left(&made("write(3</d/a>, 'hello', 5) = 5"), &[], &[]);
    left(
        "openat(AT_FDCWD</w>, '/d/a', O_RDWR) = 3</d/a>\npwrite64(3</d/a>, 'X', 1, 1) = 1",
        &[("a", "abc")],
        &["a=abc"],
    );
}

#[test]
fn a_write_with_sync_is_kept() {
    left(&made("write(3</d/a>, 'hello', 5) = 5\nfsync(3</d/a>) = 0\nwrite(3</d/a>, ' you', 4) = 4"), &[], &["a=hello"]);
    left(&made("pwrite64(3</d/a>, 'b', 1, 2) = 1\nfdatasync(3</d/a>) = 0"), &[], &["a=\0\0b"]);
}

#[test]
fn a_short_write_counts_for_what_was_written() {
    left(&made("write(3</d/a>, 'hello', 5) = 2\nwrite(3</d/a>, 'y', 1) = 1\nfsync(3</d/a>) = 0"), &[], &["a=hey"]);
    left(&made("write(3</d/a>, 'hello', 5) = -1 ENOSPC (No space left)\nfsync(3</d/a>) = 0"), &[], &["a="]);
}

#[test]
fn a_sync_covers_only_what_ended_before_it_began() {
    let both = "1 pwrite64(3</d/a>, 'a', 1, 0 <unfinished ...>
                2 fsync(3</d/a> <unfinished ...>
                1 <... pwrite64 resumed>) = 1
                2 <... fsync resumed>) = 0";
    let threads = "1 clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD}, 88) = 2\n";
    left(&format!("{MAKE}{threads}{both}"), &[], &["a="]);
    let one = "1 pwrite64(3</d/a>, 'a', 1, 0 <unfinished ...>
               1 <... pwrite64 resumed>) = 1
               2 fsync(3</d/a> <unfinished ...>
               2 <... fsync resumed>) = 0";
    left(&format!("{MAKE}{threads}{one}"), &[], &["a=a"]);
}

#[test]
fn a_sync_that_fails_or_lies_keeps_nothing_and_no_later_one_does() {
    let failed = "write(3</d/a>, 'a', 1) = 1\nfsync(3</d/a>) = -1 EIO (Input/output error) (INJECTED)\n";
    left(&made(failed), &[], &[]);
    left(&made(&format!("{failed}fsync(3</d/a>) = 0")), &[], &["a="]);
    left(&made("write(3</d/a>, 'a', 1) = 1\nfsync(3</d/a>) = 0 (INJECTED)"), &[], &[]);
    left(&made("write(3</d/a>, 'a', 1) = 1\nfsync(3</d/a>) = 0 (INJECTED)\nfsync(3</d/a>) = 0"), &[], &["a=a"]);
}

#[test]
fn truncation_waits_for_a_sync_too() {
    let open = "openat(AT_FDCWD</w>, '/d/a', O_RDWR|O_TRUNC) = 3</d/a>\n";
    left(open, &[("a", "abc")], &["a=abc"]);
    left(&format!("{open}write(3</d/a>, 'x', 1) = 1\nfsync(3</d/a>) = 0"), &[("a", "abc")], &["a=x"]);
    let cut = "openat(AT_FDCWD</w>, '/d/a', O_RDWR) = 3</d/a>\nftruncate(3</d/a>, 1) = 0\n";
    left(cut, &[("a", "abc")], &["a=abc"]);
    left(&format!("{cut}fsync(3</d/a>) = 0"), &[("a", "abc")], &["a=a"]);
    left("truncate('/d/a', 2) = 0", &[("a", "abc")], &["a=abc"]);
    let hole = "fallocate(3</d/a>, FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE, 1, 9) = 0\n";
    let open = "openat(AT_FDCWD</w>, '/d/a', O_RDWR) = 3</d/a>\n";
    left(&format!("{open}{hole}fsync(3</d/a>) = 0"), &[("a", "abc")], &["a=a\0\0"]);
    left(&format!("{open}fallocate(3</d/a>, 0, 0, 5) = 0\nfsync(3</d/a>) = 0"), &[("a", "abc")], &["a=abc\0\0"]);
}

const RENAME: &str = "openat(AT_FDCWD</w>, '/d/new', O_WRONLY|O_CREAT|O_EXCL, 0600) = 3</d/new>
    write(3</d/new>, 'new', 3) = 3
    fsync(3</d/new>) = 0
    rename('/d/new', '/d/a') = 0\n";

#[test]
fn a_rename_waits_for_its_folder() {
    let before = [("a", "old")];
    left(RENAME, &before, &["a=old", "new=new"]);
    let synced = "openat(AT_FDCWD</w>, '/d', O_RDONLY|O_DIRECTORY) = 4</d>\nfsync(4</d>) = 0";
    left(&format!("{RENAME}{synced}"), &before, &["a=new"]);
    // A torn image holds the old file or the new one, whole.
    let disk = disk(RENAME, &before, Durability::WithFile).unwrap();
    let images: std::collections::BTreeSet<_> = (0..50).map(|seed| told(&disk.image(Loss::Torn(seed)))).collect();
    assert_eq!(images.len(), 2);
    assert!(images.contains(&vec!["a=new".to_owned()]));
}

#[test]
fn a_rename_before_the_sync_of_the_content_may_leave_an_empty_file() {
    let early = "openat(AT_FDCWD</w>, '/d/new', O_WRONLY|O_CREAT, 0600) = 3</d/new>
        write(3</d/new>, 'new', 3) = 3
        rename('/d/new', '/d/a') = 0
        openat(AT_FDCWD</w>, '/d', O_RDONLY|O_DIRECTORY) = 4</d>
        fsync(4</d>) = 0";
    left(early, &[("a", "old")], &["a="]);
}

#[test]
fn a_removal_waits_for_its_folder() {
    left("unlink('/d/a') = 0", &[("a", "x")], &["a=x"]);
    let synced = "openat(AT_FDCWD</w>, '/d', O_RDONLY|O_DIRECTORY) = 4</d>\nfsync(4</d>) = 0";
    left(&format!("unlink('/d/a') = 0\n{synced}"), &[("a", "x")], &[]);
    // Made again under the same name and synced: the new one, and the removal is not replayed onto it.
    let again = format!("unlink('/d/a') = 0\n{MAKE}write(3</d/a>, 'y', 1) = 1\nfsync(3</d/a>) = 0\n");
    left(&again, &[("a", "x")], &["a=y"]);
    left(&format!("{again}{}", synced.replace('4', "5")), &[("a", "x")], &["a=y"]);
}

#[test]
fn the_name_of_a_new_file_is_durable_with_it_or_only_with_its_folder() {
    let deep = "mkdir('/d/k', 0700) = 0
        openat(AT_FDCWD</w>, '/d/k/a', O_RDWR|O_CREAT, 0600) = 3</d/k/a>
        write(3</d/k/a>, 'x', 1) = 1
        fsync(3</d/k/a>) = 0\n";
    let folder = |fd: u32, path: &str| {
        format!("openat(AT_FDCWD</w>, '{path}', O_RDONLY|O_DIRECTORY) = {fd}<{path}>\nfsync({fd}<{path}>) = 0\n")
    };
    let left =
        |more: &str, durability| told(&disk(&format!("{deep}{more}"), &[], durability).unwrap().image(Loss::Drop));
    assert_eq!(left("", Durability::WithFile), ["k/", "k/a=x"]);
    assert_eq!(left("", Durability::FolderOnly), <[String; 0]>::default());
    assert_eq!(left(&folder(4, "/d/k"), Durability::FolderOnly), <[String; 0]>::default());
    assert_eq!(left(&folder(4, "/d"), Durability::FolderOnly), ["k/"]);
    let both = format!("{}{}", folder(4, "/d/k"), folder(5, "/d"));
    assert_eq!(left(&both, Durability::FolderOnly), ["k/", "k/a=x"]);
}

#[test]
fn descriptors_follow_duplicates_forks_positions_and_appends() {
    left(
        &made("dup(3</d/a>) = 5</d/a>\nclose(3</d/a>) = 0\nwrite(5</d/a>, 'ab', 2) = 2\nfsync(5</d/a>) = 0"),
        &[],
        &["a=ab"],
    );
    let fork = "1 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7) = 2
                1 close(3</d/a>) = 0
                2 write(3</d/a>, 'child', 5) = 5
                2 fsync(3</d/a>) = 0";
    left(&format!("{MAKE}{fork}"), &[], &["a=child"]);
    let append = "openat(AT_FDCWD</w>, '/d/a', O_WRONLY|O_APPEND) = 3</d/a>
        write(3</d/a>, 'd', 1) = 1
        pwrite64(3</d/a>, 'e', 1, 0) = 1
        fsync(3</d/a>) = 0";
    left(append, &[("a", "abc")], &["a=abcde"]);
    let moved = "openat(AT_FDCWD</w>, '/d/a', O_RDWR) = 3</d/a>
        read(0x3, 0x7ffd, 0x1) = 0x1
        write(3</d/a>, 'X', 1) = 1
        lseek(3</d/a>, 0, SEEK_END) = 4
        write(3</d/a>, 'Y', 1) = 1
        fsync(3</d/a>) = 0";
    left(moved, &[("a", "abcd")], &["a=aXcdY"]);
}

#[test]
fn files_elsewhere_and_reused_numbers_do_not_matter() {
    let elsewhere = "openat(AT_FDCWD</w>, '/e/a', O_RDWR|O_CREAT, 0600) = 4</e/a>
        write(4</e/a>, 'x', 1) = 1
        rename('/e/a', '/e/b') = 0
        close(3</d/a>) = 0
        openat(AT_FDCWD</w>, '/e/c', O_RDWR|O_CREAT, 0600) = 3</e/c>
        write(3</e/c>, 'x', 1) = 1
        fsync(3</e/c>) = 0";
    left(&made(elsewhere), &[], &[]);
}

#[test]
fn a_deleted_file_takes_writes_and_leaves_nothing() {
    left(&made("unlink('/d/a') = 0\nwrite(3</d/a>(deleted), 'x', 1) = 1\nfsync(3</d/a>(deleted)) = 0"), &[], &["a=x"]);
}
