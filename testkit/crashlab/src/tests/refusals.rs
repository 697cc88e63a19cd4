//! What the model does not follow, it says so: a lab that guesses shows nothing.

use super::{MAKE, disk, made, recording};
use crate::disk::Durability;
use crate::{Plan, Refusal};

/// The model refuses this trace, naming the call.
#[track_caller]
fn refused(short: &str, call: &str) {
    match disk(short, &[("old", "x")], Durability::WithFile) {
        Err(Refusal::Blind { call: found, .. }) => assert_eq!(found, call),
        other => panic!("{other:?}"),
    }
}

#[test]
fn writes_through_memory_are_refused_but_in_files_that_a_restart_rebuilds() {
    let map = |name: &str, access: &str, kind: &str| {
        format!(
            "openat(AT_FDCWD</w>, '/d/{name}', O_RDWR|O_CREAT, 0600) = 3</d/{name}>\n\
             mmap(NULL, 32768, {access}, {kind}, 3</d/{name}>, 0) = 0x7fcfb8264000"
        )
    };
    refused(&map("a", "PROT_READ|PROT_WRITE", "MAP_SHARED"), "mmap");
    refused(&map("a", "PROT_WRITE", "MAP_SHARED_VALIDATE"), "mmap");
    for harmless in [
        map("a", "PROT_READ", "MAP_SHARED"),
        map("a", "PROT_READ|PROT_WRITE", "MAP_PRIVATE"),
        map("a-shm", "PROT_READ|PROT_WRITE", "MAP_SHARED"),
    ] {
        assert!(disk(&harmless, &[], Durability::WithFile).is_ok(), "{harmless}");
    }
}

#[test]
fn rings_hidden_copies_and_strange_openings_are_refused() {
    refused("io_uring_setup(8, {flags=0}) = 5", "io_uring_setup");
    refused(&made("copy_file_range(9</e/x>, NULL, 3</d/a>, NULL, 10, 0) = 10"), "copy_file_range");
    refused(&made("sendfile(3</d/a>, 9</e/x>, NULL, 10) = 10"), "sendfile");
    refused("openat(AT_FDCWD</w>, '/d/a', O_RDWR|O_CREAT|O_DSYNC, 0600) = 3</d/a>", "openat");
    refused("openat(AT_FDCWD</w>, '/d', O_RDWR|O_TMPFILE, 0600) = 3</d/#12>", "openat");
    refused("symlink('/d/old', '/d/l') = 0", "symlink");
    refused("rename('/e/x', '/d/old') = 0", "rename");
    refused("fchdir(3</d>) = 0", "fchdir");
    refused("chroot('/d') = 0", "chroot");
    refused(&made("fallocate(3</d/a>, FALLOC_FL_COLLAPSE_RANGE, 0, 4096) = 0"), "fallocate");
}

#[test]
fn what_the_kernel_names_and_the_model_does_not_know_is_refused() {
    refused("write(3</d/old>, 'x', 1) = 1", "write");
    refused("openat(AT_FDCWD</w>, '/d/unknown', O_RDWR) = 3</d/unknown>", "openat");
    refused(&made("write(3</d/old>, 'x', 1) = 1"), "write");
    refused("mkdir('/d/no/k', 0700) = 0", "mkdir");
}

#[test]
fn a_refusal_stops_the_questions() {
    let recording = recording(&format!("{MAKE}io_uring_setup(8, {{flags=0}}) = 5"), &[]).unwrap();
    let plan = Plan { n_points: 5, seed: 1, durability: Durability::WithFile, lanes: 2 };
    assert!(matches!(recording.check(&plan, |_| Ok(Vec::new())), Err(Refusal::Blind { .. })));
}

#[test]
fn a_process_that_moves_alone_is_followed_and_a_parent_is_not() {
    let moved = disk("chdir('/d') = 0\nunlink('old') = 0", &[("old", "x")], Durability::WithFile);
    assert!(moved.is_ok(), "{moved:?}");
    refused("clone(child_stack=NULL, flags=SIGCHLD) = 77\nchdir('/d') = 0", "chdir");
}
