//! One trial a misdeed, and its twin where a guard is what holds it.

use beffroi_ports::{Protection, Sandbox, SandboxError, Task};
use beffroi_sandbox::{ChildSandbox, Limits};
use std::io::{self, Read};
use std::net::TcpListener;

type Trial = (&'static str, fn());

macro_rules! trials {
    ($($name:ident),* $(,)?) => { pub(crate) const ALL: &[Trial] = &[$((stringify!($name), $name)),*]; };
}

trials![
    what_is_read_comes_back_whole,
    the_guards_say_how_far_they_hold,
    the_environment_is_empty,
    memory_is_limited,
    memory_refused_and_noticed_is_told_alike,
    without_limits_the_memory_is_given,
    processor_time_is_limited,
    a_silent_child_is_ended,
    a_panic_says_where_only,
    a_stack_overflow_is_a_breakdown,
    a_child_that_leaves_early_has_not_read_the_file,
    a_parsers_error_is_a_breakdown,
    a_babbling_child_keeps_nobody_waiting,
    a_long_frame_is_refused,
    a_flood_is_stopped,
    a_file_opened_ends_the_child,
    without_the_filter_landlock_still_holds_files_and_connections,
    without_guards_the_file_opens,
    a_connection_ends_the_child,
    without_guards_the_connection_is_made,
    a_program_started_ends_the_child,
    without_guards_the_program_starts,
    a_datagram_socket_ends_the_child,
    a_thread_started_ends_the_child,
    dropped_frames_leave_no_child,
    a_program_that_is_not_there_is_our_fault,
    an_input_that_fails_reads_as_its_beginning,
];

fn limits() -> Limits {
    Limits { memory_bytes: 64 << 20, cpu_base_s: 1, cpu_per_100_mb_s: 60 }
}

fn sandbox() -> ChildSandbox {
    ChildSandbox::of_this_program(limits())
}

fn task(parser: &'static str, request: &[u8]) -> Task {
    Task { parser, request: request.to_vec(), input_bytes: 0, max_frame_bytes: 4096, max_total_bytes: 1 << 20 }
}

fn frames_of(task: Task, input: impl Read + Send + 'static) -> Result<Vec<Vec<u8>>, SandboxError> {
    let mut frames = sandbox().read(task, Box::new(input))?;
    let mut all = Vec::new();
    while let Some(frame) = frames.next()? {
        all.push(frame);
    }
    assert_eq!(frames.next(), Ok(None), "an end stays an end");
    Ok(all)
}

fn run(parser: &'static str, request: &[u8]) -> Result<Vec<Vec<u8>>, SandboxError> {
    frames_of(task(parser, request), io::empty())
}

fn what_is_read_comes_back_whole() {
    let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n * 7 % 251) as u8).collect();
    let frames = frames_of(task("echo", b"how"), io::Cursor::new(bytes.clone())).unwrap();
    assert_eq!(frames[0], b"how");
    assert_eq!(frames[1..].concat(), bytes);
}

fn the_guards_say_how_far_they_hold() {
    let held = sandbox().protections().unwrap();
    assert_eq!((held.limits, held.calls), (Protection::Full, Protection::Full));
    println!("    on this kernel: {held:?}");
}

fn the_environment_is_empty() {
    assert_eq!(run("environment", b""), Ok(vec![b"".to_vec()]));
}

fn memory_is_limited() {
    assert_eq!(run("allocate", b""), Err(SandboxError::Memory { limit_bytes: 64 << 20 }));
}

fn memory_refused_and_noticed_is_told_alike() {
    assert_eq!(run("reserve", b""), Err(SandboxError::Memory { limit_bytes: 64 << 20 }));
}

fn without_limits_the_memory_is_given() {
    assert_eq!(run("allocate--without-limits", b""), Ok(vec![vec![1]]));
}

fn processor_time_is_limited() {
    assert_eq!(run("spin", b""), Err(SandboxError::ProcessorTime { limit_s: 1 }));
}

/// An input that never ends and never gives a byte.
struct Never(std::sync::mpsc::Receiver<()>);

impl Read for Never {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        let _ = self.0.recv();
        Ok(0)
    }
}

fn a_silent_child_is_ended() {
    let (keep, wait) = std::sync::mpsc::channel();
    let quick = Limits { cpu_base_s: 0, cpu_per_100_mb_s: 0, ..limits() };
    let mut frames = ChildSandbox::of_this_program(quick).read(task("silence", b""), Box::new(Never(wait))).unwrap();
    assert_eq!(frames.next(), Err(SandboxError::Time { limit_s: 12 }));
    drop(keep);
}

fn a_panic_says_where_only() {
    let Err(SandboxError::BrokeDown { how }) = run("panic", b"") else { panic!("it did not break down") };
    assert!(how.starts_with("exit status 101, panic at ") && how.contains("misdeeds.rs"), "{how}");
    assert!(!how.contains("Martin"), "{how}");
}

fn a_stack_overflow_is_a_breakdown() {
    let outcome = run("overflow", b"");
    assert!(matches!(outcome, Err(SandboxError::BrokeDown { .. })), "{outcome:?}");
}

fn a_child_that_leaves_early_has_not_read_the_file() {
    assert_eq!(run("leave", b""), Err(SandboxError::BrokeDown { how: "exit status 0".to_owned() }));
}

fn a_parsers_error_is_a_breakdown() {
    assert_eq!(run("fault", b""), Err(SandboxError::BrokeDown { how: "exit status 1".to_owned() }));
}

fn a_babbling_child_keeps_nobody_waiting() {
    assert_eq!(run("babble", b""), Ok(vec![b"done".to_vec()]));
}

fn a_long_frame_is_refused() {
    assert_eq!(run("boast", b""), Err(SandboxError::Length { limit_bytes: 4096 }));
}

fn a_flood_is_stopped() {
    assert_eq!(run("flood", b""), Err(SandboxError::Length { limit_bytes: 1 << 20 }));
}

fn a_file_opened_ends_the_child() {
    assert_eq!(run("open", b"/etc/hostname"), Err(SandboxError::Forbidden));
}

fn without_the_filter_landlock_still_holds_files_and_connections() {
    if sandbox().protections().unwrap().files == Protection::Absent {
        println!("    skipped: Landlock is absent from this kernel");
        return;
    }
    assert_eq!(run("open--landlock-only", b"/proc/self/status"), Ok(vec![b"refused".to_vec()]));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    assert_eq!(run("connect--landlock-only", address.as_bytes()), Ok(vec![b"refused".to_vec()]));
}

fn without_guards_the_file_opens() {
    assert_eq!(run("open--unguarded", b"/proc/self/status"), Ok(vec![b"done".to_vec()]));
}

fn a_connection_ends_the_child() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    assert_eq!(run("connect", address.as_bytes()), Err(SandboxError::Forbidden));
}

fn without_guards_the_connection_is_made() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    assert_eq!(run("connect--unguarded", address.as_bytes()), Ok(vec![b"done".to_vec()]));
}

fn without_guards_the_program_starts() {
    assert_eq!(run("spawn--unguarded", b""), Ok(vec![b"done".to_vec()]));
}

fn a_program_started_ends_the_child() {
    assert_eq!(run("spawn", b""), Err(SandboxError::Forbidden));
}

fn a_datagram_socket_ends_the_child() {
    assert_eq!(run("datagram", b""), Err(SandboxError::Forbidden));
}

fn a_thread_started_ends_the_child() {
    assert_eq!(run("thread", b""), Err(SandboxError::Forbidden));
}

fn dropped_frames_leave_no_child() {
    let before = children();
    let mut frames = sandbox().read(task("echo", b"x"), Box::new(io::repeat(7))).unwrap();
    assert_eq!(frames.next(), Ok(Some(b"x".to_vec())));
    assert_eq!(children(), before + 1);
    drop(frames);
    assert_eq!(children(), before);
}

/// How many children this process has, dead ones included.
fn children() -> usize {
    let own = std::process::id().to_string();
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let stats = entries.filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok());
    stats
        .filter(|stat| stat.rsplit(')').next().is_some_and(|rest| rest.split_whitespace().nth(1) == Some(&own)))
        .count()
}

fn a_program_that_is_not_there_is_our_fault() {
    let absent = ChildSandbox::of_program("/nowhere/at/all", limits());
    let error = absent.protections().unwrap_err();
    assert!(matches!(error, SandboxError::Start { .. }) && !error.is_files_fault(), "{error}");
    assert!(SandboxError::Forbidden.is_files_fault());
}

fn an_input_that_fails_reads_as_its_beginning() {
    struct Failing(u8);
    impl Read for Failing {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            if self.0 > 2 {
                return Err(io::Error::other("disk"));
            }
            into[0] = b'a';
            Ok(1)
        }
    }
    // The caller knows what its input said; the child sees a file that ends.
    let frames = frames_of(task("echo", b""), Failing(0)).unwrap();
    assert_eq!(frames.concat(), b"aa");
}
