//! Reads the table of rights and says everything that is wrong with it.

use crate::object::Standing;
use crate::policy::{Cell, Policy, Reach, Rule};
use crate::words::{Act, Kind, Role, UnknownWord};
use std::collections::{BTreeMap, BTreeSet};

/// Largest table read, in bytes.
const MAX_BYTES: usize = 4 << 20;

/// Most faults told at once.
const MAX_FAULTS: usize = 1000;

/// Something wrong in a table of rights.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// The text is too long to be a table.
    #[error("a table of rights of more than {MAX_BYTES} bytes is not read")]
    TooLong,
    /// The columns are not those expected.
    #[error("the columns of the table must be: {expected}")]
    Columns {
        /// The columns, in order.
        expected: String,
    },
    /// A line that CSV cannot read or that has another number of cells.
    #[error("line {line}: {problem}")]
    Line {
        /// The line.
        line: u64,
        /// What is wrong.
        problem: String,
    },
    /// A word that is none of its list.
    #[error("line {line}, column `{column}`: {problem}")]
    Word {
        /// The line.
        line: u64,
        /// The column.
        column: &'static str,
        /// The word.
        problem: UnknownWord,
    },
    /// A cell left empty.
    #[error("line {line}, column `{column}`: empty; write `-` for never")]
    Empty {
        /// The line.
        line: u64,
        /// The column.
        column: &'static str,
    },
    /// A role and kind that stand twice.
    #[error("line {line}: the row of role `{role}` and kind `{kind}` stands twice")]
    Twice {
        /// The line.
        line: u64,
        /// The role.
        role: Role,
        /// The kind.
        kind: Kind,
    },
    /// A role and kind without a row.
    #[error("no row for role `{role}` and kind `{kind}`: say what it may do, with `-` for never")]
    Missing {
        /// The role.
        role: Role,
        /// The kind.
        kind: Kind,
    },
    /// What is listed and what may be read differ.
    #[error("line {line}: `list` and `read` differ; what a person may not read must not show in a list either")]
    ListIsNotRead {
        /// The line.
        line: u64,
    },
    /// Four eyes on what is about the person: nobody could ever do it.
    #[error("line {line}, column `{column}`: `self` and `four-eyes` exclude each other")]
    SelfFourEyes {
        /// The line.
        line: u64,
        /// The column.
        column: &'static str,
    },
    /// A right in a world where the kind does not live.
    #[error("line {line}: the role `{role}` is given in no world where a `{kind}` lives; every cell must be `-`")]
    NoCommonWorld {
        /// The line.
        line: u64,
        /// The role.
        role: Role,
        /// The kind.
        kind: Kind,
    },
}

fn columns() -> Vec<&'static str> {
    let acts = Act::ALL.iter().map(|act| act.code());
    ["role", "kind"].into_iter().chain(acts).chain(["basis"]).collect()
}

/// Reads a table; see [`Policy::parse`].
pub(crate) fn parse(text: &str) -> Result<Policy, Vec<PolicyFault>> {
    if text.len() > MAX_BYTES {
        return Err(vec![PolicyFault::TooLong]);
    }
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).flexible(true).from_reader(text.as_bytes());
    let columns = columns();
    let headed = reader.headers().is_ok_and(|found| found.iter().eq(columns.iter().copied()));
    if !headed {
        return Err(vec![PolicyFault::Columns { expected: columns.join(",") }]);
    }
    let mut table = Table::default();
    for record in reader.records() {
        match record {
            Ok(record) => table.row(&record, columns.len()),
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                table.faults.push(PolicyFault::Line { line, problem: error.to_string().chars().take(200).collect() });
            }
        }
        if table.faults.len() >= MAX_FAULTS {
            break;
        }
    }
    table.close()
}

#[derive(Default)]
struct Table {
    cells: BTreeMap<(Role, Kind, Act), Cell>,
    rows: BTreeSet<(Role, Kind)>,
    faults: Vec<PolicyFault>,
}

impl Table {
    fn row(&mut self, record: &csv::StringRecord, width: usize) {
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != width {
            let problem = format!("{} cells where {width} were expected", record.len());
            self.faults.push(PolicyFault::Line { line, problem });
            return;
        }
        let mut cells = record.iter();
        let (Some(role), Some(kind)) = (cells.next(), cells.next()) else { return };
        let (Some(role), Some(kind)) =
            (self.word(line, "role", role.parse::<Role>()), self.word(line, "kind", kind.parse::<Kind>()))
        else {
            return;
        };
        if !self.rows.insert((role, kind)) {
            self.faults.push(PolicyFault::Twice { line, role, kind });
            return;
        }
        let basis = record.iter().next_back().unwrap_or_default();
        if basis.is_empty() {
            self.faults.push(PolicyFault::Empty { line, column: "basis" });
        }
        let basis = std::sync::Arc::from(basis);
        for (act, text) in Act::ALL.iter().zip(cells) {
            let rules = self.rules(line, *act, text);
            self.cells.insert((role, kind, *act), Cell { rules, basis: std::sync::Arc::clone(&basis), line });
        }
        self.row_is_sound(line, role, kind);
    }

    fn row_is_sound(&mut self, line: u64, role: Role, kind: Kind) {
        let rules = |act| self.cells.get(&(role, kind, act)).map(|cell| cell.rules.as_slice()).unwrap_or_default();
        if rules(Act::List) != rules(Act::Read) {
            self.faults.push(PolicyFault::ListIsNotRead { line });
        }
        let empty = Act::ALL.iter().all(|act| rules(*act).is_empty());
        if !empty && !role.worlds().iter().any(|world| kind.worlds().contains(world)) {
            self.faults.push(PolicyFault::NoCommonWorld { line, role, kind });
        }
    }

    fn rules(&mut self, line: u64, act: Act, text: &str) -> Vec<Rule> {
        match text.trim() {
            "" => {
                self.faults.push(PolicyFault::Empty { line, column: act.code() });
                Vec::new()
            }
            "-" => Vec::new(),
            text => text.split('|').filter_map(|way| self.rule(line, act, way)).collect(),
        }
    }

    fn rule(&mut self, line: u64, act: Act, text: &str) -> Option<Rule> {
        let mut words = text.split_whitespace();
        let reach = self.word(line, act.code(), words.next().unwrap_or_default().parse::<Reach>())?;
        let mut rule = Rule { reach, standings: None, four_eyes: false, two_persons: false };
        for word in words {
            match word {
                "four-eyes" => rule.four_eyes = true,
                "two-persons" => rule.two_persons = true,
                word => {
                    let standing = self.word(line, act.code(), word.parse::<Standing>())?;
                    rule.standings.get_or_insert_default().insert(standing);
                }
            }
        }
        if rule.reach == Reach::Itself && rule.four_eyes {
            self.faults.push(PolicyFault::SelfFourEyes { line, column: act.code() });
        }
        Some(rule)
    }

    fn word<W>(&mut self, line: u64, column: &'static str, word: Result<W, UnknownWord>) -> Option<W> {
        word.map_err(|problem| self.faults.push(PolicyFault::Word { line, column, problem })).ok()
    }

    fn close(mut self) -> Result<Policy, Vec<PolicyFault>> {
        for role in Role::ALL {
            for kind in Kind::ALL {
                if !self.rows.contains(&(*role, *kind)) {
                    self.faults.push(PolicyFault::Missing { role: *role, kind: *kind });
                }
            }
        }
        if self.faults.is_empty() { Ok(Policy { cells: self.cells }) } else { Err(self.faults) }
    }
}
