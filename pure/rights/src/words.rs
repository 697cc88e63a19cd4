//! The words of the table: worlds, roles, kinds of objects, acts. A new one is one line here; the tests of this room then
//! name the rows of `policy.csv`, the lines of `docs/rights.md` and the wording that are missing.

use std::fmt;

/// A text that is no word of its list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {list}: expected one of {expected}")]
pub struct UnknownWord {
    /// The list: `role`, `kind`…
    pub list: &'static str,
    /// What was found, cut to 80 characters.
    pub text: String,
    /// Every word of the list.
    pub expected: String,
}

/// An enumeration whose variants are words of a table.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $list:literal { $($(#[$doc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every one, in the order in which tables show them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word that tables and wording keys use.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::words::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|word| word.code() == text)
                    .ok_or_else(|| $crate::words::unknown($list, text, Self::ALL))
            }
        }
    };
}
pub(crate) use words;

pub(crate) fn unknown<W: fmt::Display>(list: &'static str, text: &str, all: &[W]) -> UnknownWord {
    let expected: Vec<String> = all.iter().map(ToString::to_string).collect();
    UnknownWord { list, text: text.chars().take(80).collect(), expected: expected.join(", ") }
}

words! {
    /// The three worlds, kept apart: rights are given per world, and no query crosses from one to another except as counts.
    World, "world" {
        /// Anonymous data under statistical secrecy; one way in.
        Statistics = "statistics",
        /// Threats, signals and alerts; no victim data at all.
        Coordination = "coordination",
        /// Named data of procedures, under the code of criminal procedure (CPP 230-20 to 230-27).
        Judicial = "judicial",
    }
}

words! {
    /// What a person does here.
    Role, "role" {
        /// Defines indicators, loads deliveries, computes figures.
        Statistician = "statistician",
        /// Releases figures and the annual report on their date.
        Publisher = "publisher",
        /// Studies signals and drafts alerts.
        Analyst = "analyst",
        /// Watches day and night, in any service.
        DutyOfficer = "duty-officer",
        /// Validates, issues and withdraws alerts that others drafted.
        Validator = "validator",
        /// Carries issued alerts and published reports to the public.
        PreventionOfficer = "prevention-officer",
        /// Follows what the services contribute, writes the annual report with them.
        Coordinator = "coordinator",
        /// Answers for a unit in the registers: asks, declares, reports.
        Correspondent = "correspondent",
        /// Individually designated and habilitated, for the inquiries the service is seized of (CPP 230-25).
        Investigator = "investigator",
        /// Controls the data of the inquiries of the jurisdiction: rectification, requalification, erasure (CPP 230-23).
        Prosecutor = "prosecutor",
        /// Designated to follow the implementation (CPP 230-24): reads everything judicial with the whole log, changes nothing.
        SupervisingMagistrate = "supervising-magistrate",
        /// Grants within the service what the manager holds too.
        Manager = "manager",
        /// Data-protection officer: reads the logs, never the content.
        DataProtectionOfficer = "data-protection-officer",
        /// Inspection: reads the logs, never the content.
        Inspector = "inspector",
        /// Operates the system, cannot read its content.
        SystemAdministrator = "system-administrator",
    }
}

words! {
    /// The kinds of objects that rights are stated for.
    Kind, "kind" {
        /// A complaint, a platform report, a recorded offence.
        Report = "report",
        /// A set of files brought by a source.
        Delivery = "delivery",
        /// The definition of a statistical measure.
        Indicator = "indicator",
        /// A computed figure, published or not, perhaps under embargo.
        Figure = "figure",
        /// Reports that belong together; in coordination, only their counts and modes of operation.
        Series = "series",
        /// Something new that the watch found.
        Signal = "signal",
        /// A flash alert.
        Alert = "alert",
        /// A situation point of a crisis.
        Situation = "situation",
        /// The annual report on the state of the threat, or a chapter of it.
        AnnualReport = "annual-report",
        /// The declaration of a source of data.
        Source = "source",
        /// A record of a register: an action, a need, a request, a module; its declaration says which.
        Record = "record",
        /// The account of a person.
        Account = "account",
        /// A right given to a person, or proposed.
        Grant = "grant",
        /// An entry of the journal: who, when, what act, on what reference, why; never the data.
        JournalEntry = "journal-entry",
    }
}

words! {
    /// What is done to an object.
    Act, "act" {
        /// See that it exists, in a list, a count, a search, a suggestion.
        List = "list",
        /// See its content.
        Read = "read",
        /// Bring it in.
        Create = "create",
        /// Alter it.
        Change = "change",
        /// Close, link, split, dismiss, withdraw, accept: a decision of the trade.
        Decide = "decide",
        /// Attest that it is right.
        Validate = "validate",
        /// Let it out to its audience on its date.
        Issue = "issue",
        /// Take a copy out of the system.
        Export = "export",
        /// Show the identities behind data that did match (CPP 230-21).
        Reveal = "reveal",
        /// Destroy it before its term.
        Erase = "erase",
        /// Give a right.
        Grant = "grant",
        /// Take a right back.
        Revoke = "revoke",
        /// Be the second person of a two-person act.
        Approve = "approve",
        /// Open in an emergency what lies outside one's service or territory, for hours, with notification.
        BreakGlass = "break-glass",
        /// Start, stop, configure, back up, without reading.
        Operate = "operate",
    }
}

impl Role {
    /// The worlds in which this role can be given.
    pub fn worlds(self) -> &'static [World] {
        match self {
            Self::Statistician | Self::Publisher => &[World::Statistics],
            Self::Analyst
            | Self::DutyOfficer
            | Self::Validator
            | Self::PreventionOfficer
            | Self::Coordinator
            | Self::Correspondent => &[World::Coordination],
            Self::Investigator | Self::Prosecutor | Self::SupervisingMagistrate => &[World::Judicial],
            Self::Manager | Self::DataProtectionOfficer | Self::Inspector | Self::SystemAdministrator => World::ALL,
        }
    }

    /// Whether it reaches beyond any service by its nature: giving it always takes two persons.
    pub fn is_control_or_operation(self) -> bool {
        matches!(
            self,
            Self::Prosecutor
                | Self::SupervisingMagistrate
                | Self::DataProtectionOfficer
                | Self::Inspector
                | Self::SystemAdministrator
        )
    }

    /// Whether one person may not hold both at the same time: who operates does not read, who controls is not controlled,
    /// and what was given for statistics does not go back to an inquiry.
    pub fn conflicts_with(self, other: Self) -> bool {
        use Duty::{Control, Coordination, Judicial, Justice, Management, Operation, Statistics};
        let together = matches!(
            (self.duty(), other.duty()),
            (Management, _)
                | (_, Management)
                | (Statistics | Coordination, Statistics | Coordination)
                | (Coordination | Judicial, Coordination | Judicial)
                | (Justice, Justice)
                | (Control, Control)
                | (Operation, Operation)
        );
        !together
    }

    fn duty(self) -> Duty {
        match self {
            Self::Statistician | Self::Publisher => Duty::Statistics,
            Self::Analyst
            | Self::DutyOfficer
            | Self::Validator
            | Self::PreventionOfficer
            | Self::Coordinator
            | Self::Correspondent => Duty::Coordination,
            Self::Investigator => Duty::Judicial,
            Self::Prosecutor => Duty::Justice,
            Self::SupervisingMagistrate | Self::DataProtectionOfficer | Self::Inspector => Duty::Control,
            Self::Manager => Duty::Management,
            Self::SystemAdministrator => Duty::Operation,
        }
    }
}

/// Families of roles, for what one person may hold together.
enum Duty {
    Statistics,
    Coordination,
    Judicial,
    Justice,
    Control,
    Operation,
    Management,
}

impl Kind {
    /// The worlds in which objects of this kind live. One found elsewhere is refused to everybody.
    pub fn worlds(self) -> &'static [World] {
        match self {
            Self::Report => &[World::Statistics, World::Judicial],
            Self::Indicator | Self::Figure => &[World::Statistics],
            Self::Series => &[World::Coordination, World::Judicial],
            Self::Signal | Self::Alert | Self::Situation | Self::Record => &[World::Coordination],
            Self::AnnualReport => &[World::Statistics, World::Coordination],
            Self::Delivery | Self::Source | Self::Account | Self::Grant | Self::JournalEntry => World::ALL,
        }
    }

    /// Whether it is what the system is there for, as opposed to what makes the system run (declarations, accounts, rights,
    /// journal). An administrator never reads content.
    pub fn is_content(self) -> bool {
        !matches!(self, Self::Source | Self::Account | Self::Grant | Self::JournalEntry)
    }

    /// Whether an object of this kind is taken to hold data on persons unless it is said not to.
    pub fn may_hold_persons(self, world: World) -> bool {
        world != World::Statistics && matches!(self, Self::Report | Self::Series)
    }
}

impl Act {
    /// Whether it shows data to somebody: such an act is a consultation in the sense of the law on logs.
    pub fn is_consultation(self) -> bool {
        matches!(self, Self::List | Self::Read | Self::Export | Self::Reveal | Self::BreakGlass)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_and_unknown_ones_name_the_list() {
        for role in Role::ALL {
            assert_eq!(role.code().parse(), Ok(*role));
            assert!(!role.worlds().is_empty());
        }
        for act in Act::ALL {
            assert_eq!(act.code().parse(), Ok(*act));
        }
        let error = "chief".repeat(1000).parse::<Role>().unwrap_err().to_string();
        assert!(error.contains("no role") && error.contains("analyst") && error.len() < 500, "{error}");
    }

    #[test]
    fn what_one_person_may_not_hold_together() {
        for role in Role::ALL {
            assert!(!role.conflicts_with(*role), "{role}");
            for other in Role::ALL {
                assert_eq!(role.conflicts_with(*other), other.conflicts_with(*role));
            }
        }
        for reader in [Role::Analyst, Role::Investigator, Role::Statistician, Role::Prosecutor, Role::Inspector] {
            assert!(Role::SystemAdministrator.conflicts_with(reader), "{reader}");
        }
        assert!(Role::Statistician.conflicts_with(Role::Investigator));
        assert!(Role::SupervisingMagistrate.conflicts_with(Role::Investigator));
        assert!(!Role::Analyst.conflicts_with(Role::Investigator));
        assert!(!Role::Manager.conflicts_with(Role::Inspector));
    }
}
