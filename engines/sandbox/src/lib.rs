//! Hostile files are read in a child process: the program runs itself again, the child ties its own hands before it reads
//! the first byte, and what it gives comes back as bounded frames.
//!
//! The parent ([`ChildSandbox`]) gives the child an empty environment, the bytes of the file on its standard input, two
//! pipes, and nothing else. The child ([`child`]) limits its memory, its time, its files and its processes, gives up the
//! file system (Landlock) and every system call that reading does not take (seccomp), and only then runs its parser. A
//! child that dies, falls silent or talks too much becomes one [`beffroi_ports::SandboxError`] that names the limit.
//!
//! Linux only. `docs/hostile-files.md` says what each limit is and why.

mod child;
mod death;
mod frame;
mod parent;
mod running;

pub use child::{Guards, child, child_with};
pub use parent::{ChildSandbox, Limits};
