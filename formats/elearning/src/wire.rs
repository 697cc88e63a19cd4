//! Results that somebody brings, read on one side of a wall and taken on the other.
//!
//! A frame is a letter and a text: `S` a statement, its score as the bits of its numbers (a text would not give them back to
//! the last one) and a line below as xAPI in its shortest form, which is read again on this side; `A` what was set aside or left out (its place, a tab, why), `N` how many were set aside in all, `F` why the file holds none,
//! `E` the end.

use crate::statement::{LONGEST, MOST, Score, Statement, Who, one, read_statements, sound};
use beffroi_ports::{Taker, Task, Unread, lettered, shown};
use serde_json::{Map, Value, json};
use std::io::{self, Read};

/// The name under which an executable lists [`parse`].
pub const PARSER: &str = "xapi";

/// Longest frame, in bytes: each address in it is bounded.
const FRAME: u64 = 64 * 1024;
/// Most bytes of all the frames: statements come shorter than they were, but for what surrounds each.
const TOTAL: u64 = 4 * LONGEST as u64;
/// Most findings that are told.
const FINDINGS: usize = 100;

/// What is asked of [`parse`] for a file of that length.
pub fn task(input_bytes: u64) -> Task {
    Task { parser: PARSER, request: Vec::new(), input_bytes, max_frame_bytes: FRAME, max_total_bytes: TOTAL }
}

/// Untrusted input. Reads a file of statements ([`read_statements`]) and gives them as frames; there is nothing to request.
/// Made to run in a child process; [`StatementFrames`] takes the frames.
///
/// # Errors
/// When `give` or `input` fails, or memory is refused. What is wrong with the file is told in a frame.
pub fn parse(_: &[u8], input: &mut dyn Read, give: &mut (dyn FnMut(&[u8]) -> io::Result<()> + '_)) -> io::Result<()> {
    let mut bytes = Vec::new();
    input.take(LONGEST as u64 + 1).read_to_end(&mut bytes)?;
    let mut tell = |kind: char, text: &str| give(format!("{kind}{text}").as_bytes());
    let reading = match read_statements(&bytes) {
        Ok(reading) => reading,
        Err(error) => return tell('F', &error.to_string()),
    };
    drop(bytes);
    for statement in &reading.statements {
        tell('S', &format!("{}\n{}", bits(statement.score), told(statement)))?;
    }
    for finding in &reading.findings {
        tell('A', &format!("{}\t{}", finding.place, finding.why))?;
    }
    tell('N', &reading.aside.to_string())?;
    tell('E', "")
}

/// The bits of the numbers of a score: scaled, raw, least, most; nothing for no score.
fn bits(score: Option<Score>) -> String {
    let one = |number: Option<f64>| number.map_or_else(String::new, |number| format!("{:x}", number.to_bits()));
    score.map_or_else(String::new, |s| [s.scaled, s.raw, s.min, s.max].map(one).join(","))
}

fn score_of(bits: &str) -> Result<Option<Score>, Unread> {
    if bits.is_empty() {
        return Ok(None);
    }
    let wrong = || Unread::nonsense("a score that is none");
    let one = |bits: &str| match bits {
        "" => Ok(None),
        bits => u64::from_str_radix(bits, 16).map(|bits| Some(f64::from_bits(bits))).map_err(|_| wrong()),
    };
    let numbers: Vec<Option<f64>> = bits.split(',').map(one).collect::<Result<_, _>>()?;
    let &[scaled, raw, min, max] = numbers.as_slice() else { return Err(wrong()) };
    sound(Score { scaled, raw, min, max }).map(Some).ok_or_else(wrong)
}

/// A statement as xAPI without its score, with what we keep of it and no more.
fn told(statement: &Statement) -> Value {
    let mut all = Map::new();
    let mut put = |name: &str, value: Value| all.insert(name.to_owned(), value);
    if let Some(id) = &statement.id {
        put("id", json!(id));
    }
    put(
        "actor",
        match &statement.who {
            Who::Account { home, name } => json!({ "account": { "homePage": home, "name": name } }),
            Who::Mailbox(hash) => json!({ "mbox_sha1sum": hash }),
        },
    );
    put("verb", json!({ "id": statement.verb.iri() }));
    put("object", json!({ "id": statement.object }));
    put("timestamp", json!(statement.at.to_string()));
    let mut result = Map::new();
    let flags = [("success", statement.success), ("completion", statement.completion)];
    result.extend(flags.into_iter().filter_map(|(name, is)| Some((name.to_owned(), json!(is?)))));
    if let Some(duration) = statement.duration {
        result.insert("duration".to_owned(), json!(duration.to_string()));
    }
    if !result.is_empty() {
        put("result", Value::Object(result));
    }
    if let Some(registration) = &statement.registration {
        put("context", json!({ "registration": registration }));
    }
    Value::Object(all)
}

/// Results as they came over the wall.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Brought {
    /// The statements, in the order of the file.
    pub statements: Vec<Statement>,
    /// The first that were set aside or left out: the place of the statement, from 1, and why.
    pub findings: Vec<(usize, String)>,
    /// How many were set aside in all.
    pub aside: usize,
}

/// Takes the frames of [`parse`], trusting nothing in them.
#[derive(Debug, Default)]
pub struct StatementFrames {
    brought: Brought,
    counted: bool,
    ended: bool,
}

impl Taker for StatementFrames {
    type Taken = Brought;

    fn put(&mut self, frame: &[u8]) -> Result<(), Unread> {
        let (kind, rest) = lettered(frame, self.ended)?;
        match kind {
            'S' => {
                let (bits, rest) = rest.split_once('\n').ok_or(Unread::nonsense("no statement"))?;
                let value: Value = serde_json::from_str(rest).map_err(|_| Unread::nonsense("no statement"))?;
                let mut doubts = Vec::new();
                let mut statement = one(&value, &mut doubts).map_err(|_| Unread::nonsense("no statement"))?;
                statement.score = score_of(bits)?;
                if !doubts.is_empty() || self.brought.statements.len() >= MOST {
                    return Err(Unread::nonsense("a statement in doubt, or too many"));
                }
                self.brought.statements.push(statement);
            }
            'A' => {
                let found = rest.split_once('\t').and_then(|(place, why)| Some((place.parse().ok()?, shown(why))));
                let found = found.filter(|_| self.brought.findings.len() < FINDINGS);
                self.brought.findings.push(found.ok_or(Unread::nonsense("a finding without its place, or too many"))?);
            }
            'N' => {
                self.brought.aside = rest.parse().map_err(|_| Unread::nonsense("a number that is none"))?;
                self.counted = true;
            }
            'F' => return Err(Unread::told(rest)),
            'E' => self.ended = true,
            _ => return Err(Unread::nonsense("a frame of no kind")),
        }
        Ok(())
    }

    fn end(self) -> Result<Brought, Unread> {
        if self.ended && self.counted { Ok(self.brought) } else { Err(Unread::nonsense("no end")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verb;

    const FILE: &str = r#"[
        {"id":"FD41C918-B88B-4B20-A0A5-A4C32391AAA0","actor":{"mbox":"mailto:a@b.example"},
         "verb":{"id":"http://adlnet.gov/expapi/verbs/passed"},"object":{"id":"https://b.example/m/1"},
         "result":{"score":{"scaled":0.8712345678912345678,"raw":17.49999999999999999,"min":0,"max":20},"success":true,"completion":true,"duration":"PT1H2M3.5S"},
         "context":{"registration":"ec531277-b57b-4c15-8d91-d292c5b2b8f7"},"timestamp":"2026-01-14T10:30:00.123+01:00"},
        {"actor":{"account":{"homePage":"https://p.example","name":"x\u0007y"}},"verb":{"id":"urn:own"},
         "object":{"id":"https://b.example/m/2"},"timestamp":"2026-01-14T09:30:00Z"},
        {"actor":{},"verb":{"id":"urn:own"},"object":{"id":"https://b.example/m/2"},"timestamp":"2026-01-14T09:30:00Z"},
        {"actor":{"account":{"homePage":"https://p.example","name":"z"}},"verb":{"id":"urn:own"},
         "object":{"id":"https://b.example/m/2"},"timestamp":"2026-01-14T09:30:00Z","result":{"score":{"scaled":7}}}
    ]"#;

    fn frames(file: &str) -> Vec<String> {
        let mut all = Vec::new();
        parse(b"", &mut file.as_bytes(), &mut |frame| {
            assert!(frame.len() as u64 <= FRAME);
            all.push(String::from_utf8(frame.to_vec()).unwrap());
            Ok(())
        })
        .unwrap();
        all
    }

    fn taken(frames: &[String]) -> Result<Brought, Unread> {
        let mut taker = StatementFrames::default();
        for frame in frames {
            taker.put(frame.as_bytes())?;
        }
        taker.end()
    }

    #[test]
    fn statements_come_over_as_they_were_read() {
        let reading = read_statements(FILE.as_bytes()).unwrap();
        let brought = taken(&frames(FILE)).unwrap();
        assert_eq!(brought.statements, reading.statements);
        assert_eq!(brought.statements[0].verb, Verb::Passed);
        assert_eq!((brought.aside, brought.findings.len()), (1, 2));
        assert_eq!(brought.findings[0], (3, reading.findings[0].why.to_string()));
        assert!(matches!(taken(&frames("[")), Err(Unread::File(why)) if why.contains("no JSON")));
    }

    #[test]
    fn a_child_that_lies_is_not_believed() {
        let all = frames(FILE);
        let without_end = &all[..all.len() - 1];
        assert!(matches!(taken(without_end), Err(Unread::Reader(_))));
        let end = all.last().unwrap().clone();
        let sound = all[0].split_once('\n').unwrap().1;
        let scores = ["0,0", "x,,,", "0,0,0,0,0", "4000000000000000,,,", ",7ff0000000000000,,"];
        let bent = scores.iter().map(|score| format!("S{score}\n{sound}"));
        let plain = ["", "X", "S{}", "S\n[", "Aone\ttext", "Nmany", "S\n{\"actor\":{\"mbox\":\"mailto:a@b\"}}"];
        for wrong in plain.into_iter().map(str::to_owned).chain(bent) {
            let mut bent = without_end.to_vec();
            bent.extend([wrong.clone(), end.clone()]);
            assert!(matches!(taken(&bent), Err(Unread::Reader(_))), "{wrong}");
        }
        let after = [all.clone(), vec![all[0].clone()]].concat();
        assert!(taken(&after).is_err());
    }
}
