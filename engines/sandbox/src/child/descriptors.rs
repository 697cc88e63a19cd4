//! Descriptors given up: what the parent was itself started with must not reach a reader.

use std::io;

/// Closes every descriptor but the three pipes. To be called before anything of this process is open.
pub(super) fn close_all_but_the_pipes() -> io::Result<()> {
    let mut open = Vec::new();
    for entry in std::fs::read_dir("/proc/self/fd")? {
        open.extend(entry?.file_name().to_str().and_then(|name| name.parse::<i32>().ok()));
    }
    for descriptor in open.into_iter().filter(|descriptor| *descriptor > 2) {
        // One of them was that of the folder just read: it is closed already.
        let _ = nix::unistd::close(descriptor);
    }
    Ok(())
}
