//! JSON that nests, repeats, rounds or never ends.

use super::Fate::{Findings, Refused};
use super::{Fate, Form, Hostile};

/// A document whose only row is `row`.
fn row(name: &'static str, fate: Fate, row: &str) -> Hostile {
    super::file(Form::Json, name, fate, format!("{{\"data\":{{\"rows\":[{row}]}}}}"))
}

fn whole(name: &'static str, told: &'static str, text: impl Into<Vec<u8>>) -> Hostile {
    super::file(Form::Json, name, Refused(told), text)
}

fn line(name: &'static str, rule: &'static str, text: impl Into<Vec<u8>>) -> Hostile {
    super::file(Form::JsonLines, name, Findings(rule), text)
}

fn good(more: &str) -> String {
    format!("{{\"id\":\"1\",\"day\":\"2025-01-05\",\"subject\":\"x\"{more}}}")
}

pub(super) fn files() -> Vec<Hostile> {
    let sound = good("");
    let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    let beside = |value: &str| format!("{{\"note\":{value},\"data\":{{\"rows\":[{sound}]}}}}");
    let after = |more: &str| format!("{{\"data\":{{\"rows\":[{sound}]{more}}}}}");
    let keys: String = (0..5000).map(|n| format!("\"k{n}\":1,")).collect();
    vec![
        row("seventeen levels", Findings("json"), &good(&format!(",\"more\":{}", deep(17)))),
        row("a hundred thousand levels", Findings("json"), &good(&format!(",\"more\":{}", deep(100_000)))),
        row("a key twice", Findings("json"), &good(",\"id\":\"2\"")),
        row("a key twice, far down", Findings("json"), &good(",\"more\":[{\"a\":[{\"b\":1,\"b\":2}]}]")),
        row("a key twice, once by an escape", Findings("json"), &good(",\"\\u0069d\":\"2\"")),
        row("a number beyond any", Findings("json"), &good(",\"loss\":1e400")),
        row("a number that would be rounded", Findings("json"), &good(",\"loss\":12345678901234567890123")),
        row("a number that is none", Findings("json"), &good(",\"loss\":NaN")),
        row("a loss below nought", Findings("not-a-number"), &good(",\"loss\":-1")),
        row("a lone surrogate", Findings("json"), &good(",\"more\":\"\\ud800\"")),
        row("a NUL by an escape", Findings("control-character"), &sound.replace("\"x\"", "\"a\\u0000b\"")),
        row("an object where a name should be", Findings("not-single"), &sound.replace("\"x\"", "{\"a\":1}")),
        row("a list where a name should be", Findings("not-single"), &sound.replace("\"x\"", "[\"a\",\"b\"]")),
        row(
            "a list of three hundred thousand nothings",
            Findings("not-single"),
            &sound.replace("\"x\"", &format!("[{}\"\"]", "\"\",".repeat(300_000))),
        ),
        row(
            "a text of five megabytes",
            Findings("row-too-long"),
            &sound.replace("\"x\"", &format!("\"{}\"", "x".repeat(5 << 20))),
        ),
        row(
            "a text longer than a field",
            Findings("field-too-long"),
            &sound.replace("\"x\"", &format!("\"{}\"", "x".repeat(100_000))),
        ),
        whole("a comment", "not followed by a comma", after("").replace('[', "[/* rows */")),
        row("a number for a row", Findings("json"), "7"),
        whole("levels beside the rows", "beside the rows", beside(&deep(100_000))),
        whole("a key twice beside the rows", "beside the rows", beside("{\"a\":1,\"a\":2}")),
        whole("a number beyond any beside the rows", "beside the rows", beside("1e400")),
        whole(
            "a value of three megabytes beside the rows",
            "longer than a row",
            beside(&format!("\"{}\"", "x".repeat(3 << 20))),
        ),
        whole("the rows twice", "twice", after(",\"rows\":[]")),
        whole(
            "the data twice",
            "twice",
            format!("{},\"data\":{{\"rows\":[]}}}}", after("").trim_end_matches('}').to_owned() + "}"),
        ),
        whole("a key twice after the rows", "beside the rows", after(",\"note\":{\"a\":1,\"a\":2}")),
        whole("five thousand keys before the rows", "4096 keys", format!("{{{keys}\"data\":{{\"rows\":[]}}}}")),
        whole(
            "a key of ten kilobytes",
            "4096 bytes",
            format!("{{\"{}\":1,\"data\":{{\"rows\":[]}}}}", "k".repeat(10_000)),
        ),
        whole("blanks without end", "no array of rows", " ".repeat(4 << 20)),
        whole("levels without end", "no array of rows", "[".repeat(4 << 20)),
        whole("a document cut short", "a comma is not followed", format!("{{\"data\":{{\"rows\":[{sound},")),
        whole("two documents", "something follows", format!("{0}{0}", after(""))),
        whole("UTF-16", "UTF-16", "{\"data\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
        line("bytes that are not UTF-8", "encoding", b"{\"id\":\"\xff\xfe\"}\n".to_vec()),
        line("a NUL", "control-character", b"{\"id\":\"a\0b\"}\n".to_vec()),
        line("a line of three megabytes", "row-too-long", format!("{{\"id\":\"{}\"}}\n", "x".repeat(3 << 20))),
        line("a line of brackets", "row-too-long", "[".repeat(3 << 20)),
    ]
}
