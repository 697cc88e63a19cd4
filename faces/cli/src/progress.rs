//! Progress of long work, on stderr, when it is a terminal and nobody asked for quiet.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// A bar that counts up to `length` under the words `message`; silent when `quiet` or when stderr is no terminal.
pub fn bar(length: u64, message: String, quiet: bool) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(length), target(quiet));
    // The template is ours and constant; were it ever wrong, the default one still shows the position.
    if let Ok(style) = ProgressStyle::with_template("{msg:<44} {bar:28} {percent:>3} %  {elapsed}") {
        bar.set_style(style.progress_chars("━╸─"));
    }
    bar.set_message(message);
    bar
}

/// A spinner for work of unknown length.
pub fn spinner(message: String, quiet: bool) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, target(quiet));
    if let Ok(style) = ProgressStyle::with_template("{msg:<44} {spinner} {elapsed}") {
        bar.set_style(style);
    }
    bar.set_message(message);
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    bar
}

fn target(quiet: bool) -> ProgressDrawTarget {
    if quiet || !std::io::stderr().is_terminal() { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() }
}
