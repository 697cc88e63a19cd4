//! An edition of the strategy as a tree, what it lacks before it may be adopted, and what it changes of the one before.

use beffroi_register::{Context, Record, Refusal};
use std::collections::{BTreeMap, BTreeSet};

/// Whether an edition may still be written.
pub(crate) fn is_open(strategy: &Record) -> bool {
    matches!(strategy.state.as_str(), "draft" | "consultation")
}

/// What stands under an edition stays there: otherwise a record would leave an adopted one, and change it.
pub(crate) fn leaves_its_edition(context: &Context<'_>) -> Result<(), Refusal> {
    let before = context.before.map_or("", |before| before.value("strategy"));
    if before.is_empty() || before == context.value("strategy") {
        return Ok(());
    }
    Err(Refusal::new().at("strategy"))
}

/// Those that were neither dropped nor abandoned.
pub(crate) fn live<'a>(records: &[&'a Record]) -> Vec<&'a Record> {
    records.iter().filter(|record| !matches!(record.state.as_str(), "dropped" | "abandoned")).copied().collect()
}

/// What an edition may lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lack {
    /// It has no objective.
    Empty,
    /// An objective stands under no axis of it.
    Orphan,
    /// A code stands twice.
    Twice,
    /// No action serves an objective, or an axis has no objective.
    Uncovered,
    /// An action serves no objective of it.
    Loose,
    /// An action lacks its pilot, its indicator with baseline and target, or its date.
    Incomplete,
    /// A remark waits for its answer.
    Remark,
}

impl Lack {
    /// The guard that refuses it, and the end of its key.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Orphan => "orphan",
            Self::Twice => "twice",
            Self::Uncovered => "uncovered",
            Self::Loose => "loose",
            Self::Incomplete => "incomplete",
            Self::Remark => "remark",
        }
    }
}

/// Something that lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lacking<'a> {
    pub(crate) kind: Lack,
    /// The record it lacks to; empty for the edition itself.
    pub(crate) reference: &'a str,
    /// Fields of it that are to be filled in.
    pub(crate) fields: Vec<&'static str>,
}

/// What each action of an adopted edition says (J1.1).
const OF_AN_ACTION: [&str; 6] = ["pilot", "direction", "indicator", "baseline", "target", "due"];

/// Everything that an edition lacks, from what is live of it.
pub(crate) fn lacks<'a>(objectives: &[&'a Record], actions: &[&'a Record], remarks: &[&'a Record]) -> Vec<Lacking<'a>> {
    let mut found = Vec::new();
    let mut say = |kind, reference, fields| found.push(Lacking { kind, reference, fields });
    let axes: BTreeSet<&str> = at(objectives, "axis").map(|axis| axis.reference.as_str()).collect();
    let aims: BTreeSet<&str> = at(objectives, "objective").map(|aim| aim.reference.as_str()).collect();
    if aims.is_empty() {
        say(Lack::Empty, "", Vec::new());
    }
    for aim in at(objectives, "objective").filter(|aim| !axes.contains(aim.value("parent"))) {
        say(Lack::Orphan, &aim.reference, Vec::new());
    }
    let mut codes = BTreeSet::new();
    for record in objectives.iter().filter(|record| !codes.insert(record.value("code"))) {
        say(Lack::Twice, &record.reference, Vec::new());
    }
    let held: BTreeSet<&str> = at(objectives, "objective").map(|aim| aim.value("parent")).collect();
    let served: BTreeSet<&str> = actions.iter().map(|action| action.value("objective")).collect();
    for axis in axes.iter().filter(|axis| !held.contains(*axis)) {
        say(Lack::Uncovered, axis, Vec::new());
    }
    for aim in aims.iter().filter(|aim| !served.contains(*aim)) {
        say(Lack::Uncovered, aim, Vec::new());
    }
    for action in actions {
        if !aims.contains(action.value("objective")) {
            say(Lack::Loose, &action.reference, vec!["objective"]);
        }
        let empty: Vec<&'static str> =
            OF_AN_ACTION.into_iter().filter(|field| action.value(field).is_empty()).collect();
        if !empty.is_empty() {
            say(Lack::Incomplete, &action.reference, empty);
        }
    }
    for remark in remarks.iter().filter(|remark| remark.state == "received") {
        say(Lack::Remark, &remark.reference, vec!["verdict", "answer"]);
    }
    found
}

fn at<'s, 'a>(objectives: &'s [&'a Record], level: &'static str) -> impl Iterator<Item = &'a Record> + use<'s, 'a> {
    objectives.iter().filter(move |record| record.value("level") == level).copied()
}

/// The records of an edition in reading order, each with its depth: axis 0, objective 1, action 2, measure 3. What hangs
/// on nothing comes last.
pub(crate) fn tree<'a>(objectives: &[&'a Record], actions: &[&'a Record]) -> Vec<(usize, &'a Record)> {
    let mut lines = Vec::new();
    let mut axes: Vec<&Record> = at(objectives, "axis").collect();
    axes.sort_by_key(|axis| in_order(axis.value("code")));
    let mut aims: Vec<&Record> = at(objectives, "objective").collect();
    aims.sort_by_key(|aim| in_order(aim.value("code")));
    for axis in axes {
        lines.push((0, axis));
        for aim in aims.iter().filter(|aim| aim.value("parent") == axis.reference) {
            lines.push((1, *aim));
            let serves = |action: &&&'a Record| action.value("objective") == aim.reference;
            for action in actions.iter().filter(serves).filter(|action| action.value("part_of").is_empty()) {
                lines.push((2, *action));
                let measures = actions.iter().filter(|measure| measure.value("part_of") == action.reference);
                lines.extend(measures.map(|measure| (3, *measure)));
            }
        }
    }
    let placed: BTreeSet<&str> = lines.iter().map(|(_, record)| record.reference.as_str()).collect();
    let strays = aims.iter().chain(actions).filter(|record| !placed.contains(record.reference.as_str()));
    let strays: Vec<(usize, &Record)> = strays.map(|record| (1, *record)).collect();
    lines.extend(strays);
    lines
}

/// Codes in the order of their numbers: 2 before 10.
fn in_order(code: &str) -> Vec<(u32, String)> {
    code.split(['.', '-']).map(|part| (part.parse().unwrap_or(0), part.to_owned())).collect()
}

/// What became of a line from one edition to the next.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Turn<'a> {
    /// It is new.
    New(&'a Record),
    /// It is no more.
    Gone(&'a Record),
    /// It goes on otherwise: these fields differ.
    Other(&'a Record, &'a Record, Vec<&'static str>),
}

/// What differs between two editions: objectives are the same by their code, actions by what they continue.
pub(crate) fn turns<'a>(before: [&[&'a Record]; 2], after: [&[&'a Record]; 2]) -> Vec<Turn<'a>> {
    let mut found = Vec::new();
    let [old_objectives, old_actions] = before;
    let [objectives, actions] = after;
    let codes: BTreeMap<&str, &Record> = old_objectives.iter().map(|old| (old.value("code"), *old)).collect();
    let places: BTreeMap<&str, &Record> = old_actions.iter().map(|old| (old.reference.as_str(), *old)).collect();
    for new in objectives {
        found.extend(turn(codes.get(new.value("code")).copied(), new, &["title", "level", "description"]));
    }
    for new in actions {
        let fields = &["title", "indicator", "baseline", "target", "due", "pilot", "direction"];
        found.extend(turn(places.get(new.value("continues")).copied(), new, fields));
    }
    let kept: BTreeSet<&str> = objectives.iter().map(|new| new.value("code")).collect();
    let continued: BTreeSet<&str> = actions.iter().map(|new| new.value("continues")).collect();
    found.extend(old_objectives.iter().filter(|old| !kept.contains(old.value("code"))).map(|old| Turn::Gone(old)));
    let ended = old_actions.iter().filter(|old| !continued.contains(old.reference.as_str()));
    found.extend(ended.map(|old| Turn::Gone(old)));
    found
}

fn turn<'a>(old: Option<&'a Record>, new: &'a Record, fields: &[&'static str]) -> Option<Turn<'a>> {
    let Some(old) = old else { return Some(Turn::New(new)) };
    let differ: Vec<&'static str> =
        fields.iter().filter(|field| old.value(field) != new.value(field)).copied().collect();
    (!differ.is_empty()).then_some(Turn::Other(old, new, differ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::record;

    fn kinds(objectives: &[&Record], actions: &[&Record], remarks: &[&Record]) -> Vec<(&'static str, String)> {
        lacks(objectives, actions, remarks).into_iter().map(|one| (one.kind.code(), one.reference.to_owned())).collect()
    }

    const WHOLE: [(&str, &str); 7] = [
        ("objective", "OBJ-2"),
        ("pilot", "p"),
        ("direction", "d"),
        ("indicator", "i"),
        ("baseline", "0"),
        ("target", "1"),
        ("due", "2030-01-01"),
    ];

    #[test]
    fn a_whole_edition_lacks_nothing_and_each_hole_is_told() {
        let axis = record("objective", "OBJ-1", "kept", &[("level", "axis"), ("code", "1")]);
        let aim = record("objective", "OBJ-2", "kept", &[("level", "objective"), ("code", "1.1"), ("parent", "OBJ-1")]);
        let action = record("action", "ACT-1", "draft", &WHOLE);
        assert_eq!(kinds(&[&axis, &aim], &[&action], &[]), []);
        assert_eq!(kinds(&[], &[], &[]), [("empty", String::new())]);

        let lost =
            record("objective", "OBJ-3", "kept", &[("level", "objective"), ("code", "1.1"), ("parent", "OBJ-9")]);
        let bare = record("objective", "OBJ-4", "kept", &[("level", "axis"), ("code", "2")]);
        let stray = record("action", "ACT-2", "draft", &[("objective", "OBJ-9")]);
        let asked = record("remark", "REM-1", "received", &[]);
        let heard = record("remark", "REM-2", "answered", &[]);
        let told = kinds(&[&axis, &aim, &lost, &bare], &[&action, &stray], &[&asked, &heard]);
        let expected = [
            ("orphan", "OBJ-3"),
            ("twice", "OBJ-3"),
            ("uncovered", "OBJ-4"),
            ("uncovered", "OBJ-3"),
            ("loose", "ACT-2"),
            ("incomplete", "ACT-2"),
            ("remark", "REM-1"),
        ];
        assert_eq!(told, expected.map(|(kind, reference)| (kind, reference.to_owned())));
    }

    #[test]
    fn a_tree_reads_from_axis_to_measure_and_leaves_nothing_out() {
        let axes = ["10", "2"]
            .map(|code| record("objective", &format!("OBJ-{code}"), "kept", &[("level", "axis"), ("code", code)]));
        let aim = record("objective", "OBJ-A", "kept", &[("level", "objective"), ("code", "2.1"), ("parent", "OBJ-2")]);
        let action = record("action", "ACT-1", "draft", &[("objective", "OBJ-A")]);
        let measure = record("action", "ACT-2", "draft", &[("objective", "OBJ-A"), ("part_of", "ACT-1")]);
        let stray = record("action", "ACT-3", "draft", &[]);
        let lines = tree(&[&axes[0], &axes[1], &aim], &[&action, &measure, &stray]);
        let told: Vec<(usize, &str)> =
            lines.iter().map(|(depth, record)| (*depth, record.reference.as_str())).collect();
        assert_eq!(told, [(0, "OBJ-2"), (1, "OBJ-A"), (2, "ACT-1"), (3, "ACT-2"), (0, "OBJ-10"), (1, "ACT-3")]);
    }

    #[test]
    fn a_line_is_new_gone_or_other() {
        let old = [
            record("objective", "OBJ-1", "kept", &[("code", "1"), ("title", "a")]),
            record("objective", "OBJ-2", "kept", &[("code", "2"), ("title", "b")]),
        ];
        let new = [
            record("objective", "OBJ-3", "kept", &[("code", "1"), ("title", "c")]),
            record("objective", "OBJ-4", "kept", &[("code", "3"), ("title", "d")]),
        ];
        let before = record("action", "ACT-1", "running", &[("target", "1")]);
        let after = record("action", "ACT-2", "draft", &[("target", "1"), ("continues", "ACT-1")]);
        let found = turns([&[&old[0], &old[1]], &[&before]], [&[&new[0], &new[1]], &[&after]]);
        let expected = [Turn::Other(&old[0], &new[0], vec!["title"]), Turn::New(&new[1]), Turn::Gone(&old[1])];
        assert_eq!(found, expected);
    }
}
