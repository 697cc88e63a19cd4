//! The table of rights in memory: for each role, kind and act, the rules under which the act is allowed.

use crate::object::Standing;
use crate::policy_table::{self, PolicyFault};
use crate::words::{Act, Kind, Role, words};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

words! {
    /// How far a rule reaches from the person's service.
    Reach, "reach" {
        /// Objects that are about the person: own account, own rights, own consultations.
        Itself = "self",
        /// Objects of the own service and those below it, in the own territories.
        Own = "own",
        /// Objects of any service, in the own territories.
        Scope = "scope",
        /// Objects of any service and territory.
        All = "all",
        /// Objects of an inquiry for which the person is habilitated, for that nature of data (CPP 230-25).
        Case = "case",
    }
}

/// One way in which an act is allowed. World, dates, TLP and PAP are checked besides, always.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// How far it reaches.
    pub reach: Reach,
    /// The standings in which it holds; nothing said means all.
    pub standings: Option<BTreeSet<Standing>>,
    /// Whether another person must have written or proposed the object, which must not be about the person either.
    pub four_eyes: bool,
    /// Whether another person must have agreed to the act.
    pub two_persons: bool,
}

/// What the table says for one role, kind and act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The ways in which the act is allowed; none means never.
    pub rules: Vec<Rule>,
    /// The text on which it rests.
    pub basis: Arc<str>,
    /// Line of the table, 1 for the first.
    pub line: u64,
}

/// The table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub(crate) cells: BTreeMap<(Role, Kind, Act), Cell>,
}

static TABLE: &str = include_str!("../policy.csv");

// A table that does not read would leave no cell, and so no right to anybody; the test `the_table_reads` fails first.
static EMBEDDED: LazyLock<Policy> =
    LazyLock::new(|| Policy::parse(TABLE).unwrap_or_else(|_| Policy { cells: BTreeMap::new() }));

impl Policy {
    /// The table of the house: `policy.csv`.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Reads a table from CSV `text`: columns `role`, `kind`, one for each act in order, `basis`; one row for each role and
    /// kind. A cell is `-` (never) or ways separated by ` | `, each a reach, then the standings in which it holds
    /// (none: all), then `four-eyes` and `two-persons`. Every fault is given back, not only the first.
    pub fn parse(text: &str) -> Result<Self, Vec<PolicyFault>> {
        policy_table::parse(text)
    }

    /// What the table says for `role`, `kind` and `act`.
    pub fn cell(&self, role: Role, kind: Kind, act: Act) -> Option<&Cell> {
        self.cells.get(&(role, kind, act))
    }

    /// The rules by which `role` may do `act` to things of `kind`, with their cell. Reading goes also by the rules of
    /// break-glass, which the flag marks: they hold only for objects that were opened.
    pub(crate) fn ways(&self, role: Role, kind: Kind, act: Act) -> impl Iterator<Item = Way<'_>> {
        let plain = self.ways_of(role, kind, act, false);
        let glass = matches!(act, Act::Read | Act::List).then(|| self.ways_of(role, kind, Act::BreakGlass, true));
        plain.chain(glass.into_iter().flatten())
    }

    fn ways_of(&self, role: Role, kind: Kind, act: Act, by_glass: bool) -> impl Iterator<Item = Way<'_>> {
        let cell = self.cell(role, kind, act);
        cell.into_iter().flat_map(move |cell| cell.rules.iter().map(move |rule| Way { rule, cell, by_glass }))
    }
}

/// A rule with the cell it stands in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way<'a> {
    pub(crate) rule: &'a Rule,
    pub(crate) cell: &'a Cell,
    /// Only for objects that a break-glass opened.
    pub(crate) by_glass: bool,
}
