//! From the text of a trace to calls: halves of a call joined, arguments split. Written for `strace -f -y -xx`, where
//! every character of a string or path is `\xHH`, so that no quote or comma hides in one.

use crate::Refusal;
use crate::call::Call;
use std::collections::BTreeMap;

/// Reads a whole trace.
pub(crate) fn calls(text: &str) -> Result<Vec<Call>, Refusal> {
    let mut calls: Vec<Call> = Vec::new();
    // For each thread, the call it is in: its place among the calls, and its text so far.
    let mut open: BTreeMap<u32, (usize, String)> = BTreeMap::new();
    let mut cut: BTreeMap<u32, Refusal> = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let fault = |reason| Refusal::Line { line: number, reason, text: line.chars().take(80).collect() };
        let Some((pid, rest)) = line.split_once(' ') else { continue };
        let pid: u32 = pid.parse().map_err(|_| fault("a thread number"))?;
        let rest = rest.trim_start();
        // `+++ exited with 0 +++`, `--- SIGCHLD … ---`, `???` of a thread that is gone.
        if rest.starts_with("+++") || rest.starts_with("---") || rest.starts_with('?') {
            continue;
        }
        // A call without a result, of a thread that went on: a line was cut.
        if let Some(refusal) = cut.remove(&pid).filter(|_| !rest.starts_with("<... ")) {
            return Err(refusal);
        }
        if let Some(resumed) = rest.strip_prefix("<... ") {
            let (_, tail) = resumed.split_once(" resumed>").ok_or_else(|| fault("`resumed>`"))?;
            let (idx, mut whole) = open.remove(&pid).ok_or_else(|| fault("the first half of the call"))?;
            whole.push_str(tail);
            let Some(call) = calls.get_mut(idx) else { continue };
            // `= ?`: the thread ended within the call.
            if let Some(ended) = finish(call, &whole).ok_or_else(|| fault("a call and its result"))? {
                *call = Call { end: Some(number), ..ended };
            }
            continue;
        }
        let (head, unfinished) = match rest.strip_suffix("<unfinished ...>") {
            Some(head) => (head.trim_end(), true),
            // The process ended while the thread was in the call, and the tracer wrote no more of it.
            None if !rest.contains(" = ") && rest.contains('(') && !rest.contains(')') => {
                cut.insert(pid, fault("a call and its result"));
                (rest, true)
            }
            None => (rest, false),
        };
        let (name, args) = head.split_once('(').ok_or_else(|| fault("a call"))?;
        let call = Call {
            pid,
            name: name.to_owned(),
            args: split(args),
            begin: number,
            end: None,
            result: -1,
            tail: String::new(),
            injected: false,
        };
        if unfinished {
            open.insert(pid, (calls.len(), head.to_owned()));
            calls.push(call);
        } else {
            let ended = finish(&call, head).ok_or_else(|| fault("a call and its result"))?;
            calls.push(ended.map_or(call, |ended| Call { end: Some(number), ..ended }));
        }
    }
    Ok(calls)
}

/// Reads result and arguments of a whole call. `Some(None)` when it has no result (`= ?`).
#[expect(clippy::option_option, reason = "unreadable and without result are two things")]
fn finish(call: &Call, whole: &str) -> Option<Option<Call>> {
    let (head, tail) = whole.rsplit_once(" = ")?;
    let head = head.trim_end().strip_suffix(')')?;
    let (_, args) = head.split_once('(')?;
    let tail = tail.trim();
    if tail.starts_with('?') {
        return Some(None);
    }
    let (tail, injected) = match tail.strip_suffix("(INJECTED)") {
        Some(tail) => (tail.trim_end(), true),
        None => (tail, false),
    };
    let end = tail.find([' ', '<']).unwrap_or(tail.len());
    let (number, rest) = tail.split_at(end);
    let result = whole_number(number)?;
    Some(Some(Call { args: split(args), result, tail: rest.trim().to_owned(), injected, ..call.clone() }))
}

/// `12`, `-1` or `0x1f`.
pub(crate) fn whole_number(text: &str) -> Option<i64> {
    match text.strip_prefix("0x") {
        // An address may have its highest bit set.
        Some(hex) => u64::from_str_radix(hex, 16).ok().map(u64::cast_signed),
        None => text.parse().ok(),
    }
}

/// Splits at the commas that stand outside quotes, brackets and annotations.
pub(crate) fn split(args: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let (mut depth, mut quoted) = (0_u32, false);
    for c in args.chars() {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth = depth.saturating_add(1),
            ')' | ']' | '}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c == ',' && depth == 0 && !quoted {
            parts.push(std::mem::take(&mut part).trim().to_owned());
        } else {
            part.push(c);
        }
    }
    if !part.trim().is_empty() {
        parts.push(part.trim().to_owned());
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_the_end_of_the_process_cut_is_the_last_of_its_thread() {
        let ends = "7  write(4<\\x61>, \"\\x01\", 8\n8  exit_group(0) = ?\n7  +++ exited with 0 +++\n";
        let all = calls(ends).unwrap();
        assert_eq!((all.len(), all[0].end, all[0].result), (2, None, -1));
        // The twin: a thread that goes on had a result, and its line was lost.
        let goes_on = "7  write(4<\\x61>, \"\\x01\", 8\n7  fsync(3<\\x61>) = 0\n";
        assert!(matches!(calls(goes_on), Err(Refusal::Line { line: 1, .. })));
    }

    #[test]
    fn a_call_in_two_halves_keeps_both_its_lines() {
        let text = "7  pwrite64(3<\\x61>, \"\\x2c\\x22\", 2, 10 <unfinished ...>\n\
                    8  fsync(3<\\x61>)            = -1 EIO (Input/output error) (INJECTED)\n\
                    7  <... pwrite64 resumed>)    = 2\n\
                    7  openat(AT_FDCWD<\\x62>, \"\\x61\", O_RDONLY) = 4<\\x61>\n\
                    8  +++ exited with 0 +++\n\
                    7  write(1<\\x61>, \"\\x61\", 1 <unfinished ...>\n";
        let calls = calls(text).unwrap();
        let brief: Vec<_> =
            calls.iter().map(|c| (c.name.as_str(), c.begin, c.end, c.result, c.tail.as_str(), c.injected)).collect();
        assert_eq!(
            brief,
            [
                ("pwrite64", 1, Some(3), 2, "", false),
                ("fsync", 2, Some(2), -1, "EIO (Input/output error)", true),
                ("openat", 4, Some(4), 4, "<\\x61>", false),
                ("write", 6, None, -1, "", false),
            ]
        );
        assert_eq!(calls[0].args, ["3<\\x61>", "\"\\x2c\\x22\"", "2", "10"]);
        assert_eq!(calls[3].args, ["1<\\x61>", "\"\\x61\"", "1"]);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        for text in ["x y(z) = 0", "7 y", "7 <... write resumed>) = 1", "7 write(1) is 2"] {
            assert!(matches!(calls(text), Err(Refusal::Line { line: 1, .. })), "{text}");
        }
    }

    #[test]
    fn commas_within_brackets_do_not_split() {
        assert_eq!(split("{a=1, b=[2, 3]} => {c}, 88"), ["{a=1, b=[2, 3]} => {c}", "88"]);
        assert_eq!(whole_number("0xffffffffffffffff"), Some(-1));
    }
}
