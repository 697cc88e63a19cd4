//! The declaration of a register.

use crate::{ClockRule, Field, FieldKind, Guard, Loop, Move, Sheet};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_rights::{Act, Kind, Role, Scope, Subject, World, scope_of};
use jiff::civil::Date;

/// Marking of new records of a register whose records stay in the house.
pub const AMBER: Marking = Marking { tlp: Tlp::Amber, pap: Pap::Amber };

/// A register: what it is for, what a record holds, how it moves, who may do what, what runs and what it starts.
#[derive(Debug, Clone, Copy)]
pub struct Register {
    /// Its name, in addresses, commands and keys: lower-case words and underscores.
    pub name: &'static str,
    /// What its references begin with: `NEED` in `NEED-2026-0012`. Unique among registers, and never given twice.
    pub prefix: &'static str,
    /// The desk that keeps it.
    pub desk: &'static str,
    /// The text on which it rests; [`crate::words::purpose_of`] says what it is for.
    pub basis: &'static str,
    /// Code of the ground on which records are kept, and so of their term (`pure/retention/bases.csv`). The term counts
    /// from the day a record is closed.
    pub retention: &'static str,
    /// Its fields, in the order of the form.
    pub fields: &'static [Field],
    /// Field whose value names a record in lists.
    pub title: &'static str,
    /// Its states; a new record stands in the first.
    pub states: &'static [State],
    /// How it moves.
    pub moves: &'static [Move],
    /// What must not be, beyond shapes.
    pub guards: &'static [Guard],
    /// What runs.
    pub clocks: &'static [ClockRule],
    /// What it starts elsewhere.
    pub loops: &'static [Loop],
    /// Loops whose tasks outlive the record: their work is done elsewhere, and is still to be done when the record is closed.
    /// The other tasks of a record are withdrawn by the move that closes it; those that this very move opens stand.
    pub outlives: &'static [&'static str],
    /// Moves that a machine may make by a token of its person: changes ([`Act::Change`]) only, and none unless named here.
    pub machines: &'static [&'static str],
    /// Pages and papers that are made of its records.
    pub sheets: &'static [Sheet],
    /// Fields that tell two records apart: one whose values in all of them are those of another is added only with a word
    /// that it is not the same (field `distinct`, which the register then declares). None for a register without.
    pub alike: &'static [&'static str],
    /// The field whose service owns a record: whoever may act for that service alone sees it. Else the service of its author.
    pub owned_by: Option<&'static str>,
    /// Who may do what, within what the table of rights lets at all.
    pub audience: Audience,
    /// Marking of a new record.
    pub marking: Marking,
    /// Most attachments of a record; none for a register without.
    pub attachments: u16,
    /// Codes of the indicators that it feeds.
    pub indicators: &'static [&'static str],
    /// A worked example: values of a new record, which a test writes.
    pub example: &'static [(&'static str, &'static str)],
}

/// How far a record has come, whatever its register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Being written by its author.
    Draft,
    /// Somebody is to act.
    Open,
    /// Done, refused, given up: nothing runs, and the term of keeping counts.
    Closed,
}

impl Stage {
    /// As rights know it.
    pub fn standing(self) -> beffroi_rights::State {
        match self {
            Self::Draft => beffroi_rights::State::Draft,
            Self::Open => beffroi_rights::State::Submitted,
            Self::Closed => beffroi_rights::State::Closed,
        }
    }
}

/// A state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Its name.
    pub name: &'static str,
    /// How far that is.
    pub stage: Stage,
    /// Fields that are filled whenever a record stands in it.
    pub needs: &'static [&'static str],
    /// Whether its values may still be written; a state that keeps them is left by a move only.
    pub frozen: bool,
}

impl State {
    const fn new(name: &'static str, stage: Stage) -> Self {
        Self { name, stage, needs: &[], frozen: false }
    }

    /// A state in which the author writes.
    pub const fn draft(name: &'static str) -> Self {
        Self::new(name, Stage::Draft)
    }

    /// A state in which somebody is to act.
    pub const fn open(name: &'static str) -> Self {
        Self::new(name, Stage::Open)
    }

    /// A state in which all is done; its values are kept as they are.
    pub const fn closed(name: &'static str) -> Self {
        Self::new(name, Stage::Closed).frozen()
    }

    /// These fields are filled whenever a record stands in it.
    #[must_use]
    pub const fn needs(mut self, fields: &'static [&'static str]) -> Self {
        self.needs = fields;
        self
    }

    /// Its values are no longer written.
    #[must_use]
    pub const fn frozen(mut self) -> Self {
        self.frozen = true;
        self
    }
}

/// A condition on the value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The field.
    pub field: &'static str,
    /// Any of these.
    pub is: &'static [&'static str],
}

/// Roles by what they may do. The table of rights stands above: a role that it gives nothing on records gets nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audience {
    /// In which world the records live.
    pub world: World,
    /// Who reads.
    pub read: &'static [Role],
    /// Who adds.
    pub add: &'static [Role],
    /// Who writes values.
    pub change: &'static [Role],
}

/// A reference from one register to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The field.
    pub field: &'static str,
    /// The register it leads to.
    pub to: &'static str,
}

impl Register {
    /// What is true of most registers of coordination: to fill in with `..Register::COORDINATION`.
    pub const COORDINATION: Self = Self {
        name: "",
        prefix: "",
        desk: "",
        basis: "",
        retention: "records",
        fields: &[],
        title: "title",
        states: &[],
        moves: &[],
        guards: &[],
        clocks: &[],
        loops: &[],
        outlives: &[],
        machines: &[],
        sheets: &[],
        alike: &[],
        owned_by: None,
        audience: Audience {
            world: World::Coordination,
            read: &[
                Role::Analyst,
                Role::DutyOfficer,
                Role::Validator,
                Role::PreventionOfficer,
                Role::Coordinator,
                Role::Correspondent,
            ],
            add: &[Role::Coordinator],
            change: &[Role::Coordinator],
        },
        marking: Marking { tlp: Tlp::Green, pap: Pap::Green },
        attachments: 10,
        indicators: &[],
        example: &[],
    };

    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The state of that name.
    pub fn state(&self, name: &str) -> Option<&'static State> {
        self.states.iter().find(|state| state.name == name)
    }

    /// The move of that name.
    pub fn move_named(&self, name: &str) -> Option<&'static Move> {
        self.moves.iter().find(|known| known.name == name)
    }

    /// Whether a record that goes from one state to another is closed by that.
    pub fn closes(&self, from: &str, to: &str) -> bool {
        let is_closed = |name| self.state(name).is_some_and(|state| state.stage == Stage::Closed);
        !is_closed(from) && is_closed(to)
    }

    /// The references it holds to other registers.
    pub fn links(&self) -> impl Iterator<Item = Link> {
        self.fields.iter().filter_map(|field| match field.kind {
            FieldKind::Reference(to) => Some(Link { field: field.name, to }),
            _ => None,
        })
    }

    /// The records that `subject` may read on `on`: by the roles that the register names, within the table of rights.
    pub fn visible(&self, subject: &Subject, on: Date) -> Scope {
        self.scope(subject, Act::Read, self.audience.read, on)
    }

    /// The records to which `subject` may do `act` by one of `roles` on `on`.
    pub fn scope(&self, subject: &Subject, act: Act, roles: &[Role], on: Date) -> Scope {
        // A token made for other registers opens none of its records.
        let roles = if subject.opens_register(self.name) { roles } else { &[] };
        scope_of(&subject.acting_as(roles), act, self.audience.world, Kind::Record, on)
    }

    /// Whether a text has the form of its references: prefix, year, number.
    pub fn is_reference(&self, text: &str) -> bool {
        let number = text
            .strip_prefix(self.prefix)
            .and_then(|rest| rest.strip_prefix('-'))
            .and_then(|rest| rest.split_once('-'));
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        number.is_some_and(|(year, n)| year.len() == 4 && digits(year) && (4..=9).contains(&n.len()) && digits(n))
    }
}
