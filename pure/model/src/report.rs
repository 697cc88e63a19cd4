//! One row a report, complaint, recorded offence, assistance request or feed observation.

use crate::{Layer, Marking, Observable, ReportId, SourceId, Territory, Text};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What one row is, in the source's own terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportKind {
    /// A complaint (*plainte*).
    Complaint,
    /// A platform report (*signalement*).
    Report,
    /// An offence recorded by a service.
    RecordedOffence,
    /// A request for assistance by a victim.
    AssistanceRequest,
    /// A claim by an offender, as on a ransomware leak site.
    Claim,
    /// An observation by a feed, as a phishing domain.
    Observation,
}

impl ReportKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Complaint, Self::Report, Self::RecordedOffence, Self::AssistanceRequest, Self::Claim, Self::Observation];

    /// The code kept in tables and files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Complaint => "complaint",
            Self::Report => "report",
            Self::RecordedOffence => "recorded-offence",
            Self::AssistanceRequest => "assistance-request",
            Self::Claim => "claim",
            Self::Observation => "observation",
        }
    }
}

impl fmt::Display for ReportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for ReportKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.code() == text).ok_or_else(|| format!("unknown kind of report `{text}`"))
    }
}

/// Who was harmed, as a class; never who in person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VictimKind {
    /// A natural person.
    Individual,
    /// A company or an association.
    Company,
    /// A public body.
    Public,
}

impl VictimKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Individual, Self::Company, Self::Public];

    /// The code kept in tables and files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Individual => "individual",
            Self::Company => "company",
            Self::Public => "public",
        }
    }
}

impl FromStr for VictimKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.code() == text)
            .ok_or_else(|| format!("unknown kind of victim `{text}`: expected individual, company or public"))
    }
}

/// One report as the lake keeps it. It has no name, no birth date, no address and no narrative: what no purpose
/// needs is not kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Unique within the source.
    pub id: ReportId,
    /// Where it comes from.
    pub source: SourceId,
    /// Which instrument saw it.
    pub layer: Layer,
    /// What the row is.
    pub kind: ReportKind,
    /// What one row counts (*infraction*, *victime*, *signalement*…), as the source says.
    pub unit_of_count: Text,
    /// Day of the facts, when known.
    pub occurred_on: Option<Date>,
    /// Day on which it was reported: the day by which the figures count it.
    pub reported_on: Date,
    /// Where: a department, "not located" or "abroad".
    pub territory: Territory,
    /// Category of digital offence (`AN-BIENS`…), when it is one.
    pub category: Option<Text>,
    /// Phenomenon (`ransomware`, `fake_shop`…), when known.
    pub phenomenon: Option<Text>,
    /// Whether the offence is an attack on a data-processing system (nested subset, never a fifth category).
    pub astad: bool,
    /// Class of the victim.
    pub victim_kind: Option<VictimKind>,
    /// Sector of the victim, for a company or public body.
    pub sector: Option<Text>,
    /// Named object of the report that is neither a person nor an observable: a ransomware group, an abused brand.
    pub subject: Option<Text>,
    /// Loss in euro cents, when known.
    pub loss_cents: Option<i64>,
    /// Domains, numbers, accounts, with their role.
    pub observables: Vec<Observable>,
    /// To whom it may go and what may be done with it.
    pub marking: Marking,
    /// Legal basis of the processing, as the source declares it.
    pub legal_basis: Text,
    /// Made by a generator, not by life. Shown wherever the row counts.
    pub synthetic: bool,
}
