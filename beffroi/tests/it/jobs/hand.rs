//! Somebody at work: the commands that the jobs use, and what they must answer.

use crate::demo::shared_demo;
use crate::support::{Run, copy, succeed};
use crate::upkeep::run_as;
use serde_json::Value;
use std::path::Path;

/// A house, empty but for what the test puts in.
pub(super) struct House {
    place: tempfile::TempDir,
}

impl House {
    pub(super) fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        succeed(place.path(), &["init"]);
        Self { place }
    }

    /// A copy of the demonstration: sources delivered, a signal decided, a flash drafted.
    pub(super) fn of_demo() -> Self {
        let place = tempfile::tempdir().unwrap();
        copy(shared_demo(), place.path());
        Self { place }
    }

    pub(super) fn path(&self) -> &Path {
        self.place.path()
    }

    /// Somebody: the login under which the commands are journalled.
    pub(super) fn hand<'a>(&'a self, who: &'a str) -> Hand<'a> {
        Hand { house: self, who }
    }
}

/// Somebody's hand.
#[derive(Clone, Copy)]
pub(super) struct Hand<'a> {
    house: &'a House,
    who: &'a str,
}

impl Hand<'_> {
    /// A command, whatever it answers.
    pub(super) fn run(self, args: &[&str]) -> Run {
        run_as(self.house.path(), self.who, args)
    }

    /// A command that must end well; its JSON.
    pub(super) fn json(self, args: &[&str]) -> Value {
        let mut all = vec!["--json"];
        all.extend(args);
        let run = self.run(&all);
        assert_eq!(run.status, 0, "{}: {}\n{}{}", self.who, args.join(" "), run.stdout, run.stderr);
        if run.stdout.trim().is_empty() { Value::Null } else { run.json() }
    }

    /// A command that must be refused, with a fault of the user; the sentence.
    pub(super) fn refused(self, args: &[&str]) -> String {
        let run = self.run(args);
        assert_eq!(run.status, 1, "{}: {} was to be refused\n{}{}", self.who, args.join(" "), run.stdout, run.stderr);
        assert!(run.stderr.trim().len() > 20, "no sentence: {}", run.stderr);
        crate::upkeep::folded(&run.stderr)
    }

    fn file(self, fields: &[(&str, &str)]) -> tempfile::NamedTempFile {
        let object: serde_json::Map<String, Value> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
        let file = tempfile::Builder::new().suffix(".json").tempfile().unwrap();
        std::fs::write(file.path(), Value::Array(vec![Value::Object(object)]).to_string()).unwrap();
        file
    }

    /// Adds a record; its reference.
    pub(super) fn add(self, register: &str, fields: &[(&str, &str)]) -> String {
        let file = self.file(fields);
        let said = self.json(&["record", "add", register, file.path().to_str().unwrap()]);
        said["added"][0].as_str().unwrap_or_else(|| panic!("nothing was added: {said}")).to_owned()
    }

    /// Adds the worked example of a register, with other values where given; its reference.
    pub(super) fn add_example(self, register: &str, other: &[(&str, &str)]) -> String {
        let example = self.example(register, other);
        let fields: Vec<(&str, &str)> = example.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.add(register, &fields)
    }

    /// The worked example of a register, with other values where given; an empty one leaves the field out.
    pub(super) fn example(self, register: &str, other: &[(&str, &str)]) -> Vec<(String, String)> {
        let said = self.json(&["register", "fields", register]);
        let mut fields: std::collections::BTreeMap<String, String> = said["example"]
            .as_object()
            .unwrap_or_else(|| panic!("no example: {said}"))
            .iter()
            .map(|(name, value)| (name.clone(), lines(value)))
            .collect();
        fields.extend(other.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        fields.retain(|_, value| !value.is_empty());
        fields.into_iter().collect()
    }

    /// Adds a record that must be refused; the sentence.
    pub(super) fn add_refused(self, register: &str, fields: &[(&str, &str)]) -> String {
        let file = self.file(fields);
        self.refused(&["record", "add", register, file.path().to_str().unwrap()])
    }

    /// The same with the worked example and other values.
    pub(super) fn example_refused(self, register: &str, other: &[(&str, &str)]) -> String {
        let example = self.example(register, other);
        let fields: Vec<(&str, &str)> = example.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.add_refused(register, &fields)
    }

    fn moving<'b>(reference: &'b str, to: &'b str, pairs: &'b [String], reason: Option<&'b str>) -> Vec<&'b str> {
        let mut args = vec!["record", "move", reference, to];
        args.extend(pairs.iter().map(String::as_str));
        args.extend(reason.into_iter().flat_map(|reason| ["--reason", reason]));
        args
    }

    /// Moves a record by a move's name or to a state.
    pub(super) fn go(self, reference: &str, to: &str, fields: &[(&str, &str)]) -> Value {
        self.json(&Self::moving(reference, to, &pairs(fields), None))
    }

    /// The same with a reason.
    pub(super) fn go_because(self, reference: &str, to: &str, fields: &[(&str, &str)], reason: &str) -> Value {
        self.json(&Self::moving(reference, to, &pairs(fields), Some(reason)))
    }

    /// A move that must be refused; the sentence.
    pub(super) fn go_refused(self, reference: &str, to: &str, fields: &[(&str, &str)]) -> String {
        self.refused(&Self::moving(reference, to, &pairs(fields), None))
    }

    /// The same with a reason.
    pub(super) fn go_because_refused(self, reference: &str, to: &str, fields: &[(&str, &str)], why: &str) -> String {
        self.refused(&Self::moving(reference, to, &pairs(fields), Some(why)))
    }

    /// Writes values of a record.
    pub(super) fn set(self, reference: &str, fields: &[(&str, &str)]) -> Value {
        let pairs = pairs(fields);
        let mut args = vec!["record", "set", reference];
        args.extend(pairs.iter().map(String::as_str));
        self.json(&args)
    }

    /// Values that must be refused; the sentence.
    pub(super) fn set_refused(self, reference: &str, fields: &[(&str, &str)]) -> String {
        let pairs = pairs(fields);
        let mut args = vec!["record", "set", reference];
        args.extend(pairs.iter().map(String::as_str));
        self.refused(&args)
    }

    /// A record as JSON.
    pub(super) fn show(self, reference: &str) -> Value {
        self.json(&["record", "show", reference])
    }

    /// The records of a register.
    pub(super) fn list(self, register: &str) -> Vec<Value> {
        self.json(&["record", "list", register]).as_array().unwrap().clone()
    }

    /// Open tasks, of this record if one is named.
    pub(super) fn tasks(self, reference: Option<&str>) -> Vec<Value> {
        let all = self.json(&["record", "tasks"]).as_array().unwrap().clone();
        all.into_iter().filter(|task| reference.is_none_or(|reference| task["reference"] == reference)).collect()
    }

    /// Ends of clocks within so long.
    pub(super) fn deadlines(self, within: &str) -> Vec<Value> {
        self.json(&["deadlines", "--within", within]).as_array().unwrap().clone()
    }

    /// A sheet of a register or of a record, as JSON: its title and its blocks.
    pub(super) fn sheet(self, of: &str, sheet: &str, asked: &[(&str, &str)]) -> Value {
        let pairs = pairs(asked);
        let mut args = vec!["record", "sheet", of, sheet];
        args.extend(pairs.iter().map(String::as_str));
        self.json(&args)
    }

    /// A sheet that must be refused; the sentence.
    pub(super) fn sheet_refused(self, of: &str, sheet: &str, asked: &[(&str, &str)]) -> String {
        let pairs = pairs(asked);
        let mut args = vec!["record", "sheet", of, sheet];
        args.extend(pairs.iter().map(String::as_str));
        self.refused(&args)
    }
}

fn pairs(fields: &[(&str, &str)]) -> Vec<String> {
    fields.iter().map(|(name, value)| format!("{name}={value}")).collect()
}

/// A value as a file holds it: several items are one a line.
fn lines(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(lines).collect::<Vec<_>>().join("\n"),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The rows of the tables of a sheet.
pub(super) fn rows(sheet: &Value) -> Vec<Vec<String>> {
    let blocks = sheet["blocks"].as_array().unwrap();
    let tables = blocks.iter().filter_map(|block| block["Table"]["rows"].as_array());
    let cells = |row: &Value| row.as_array().unwrap().iter().map(|cell| cell.as_str().unwrap().to_owned()).collect();
    tables.flatten().map(cells).collect()
}
