//! One made-up report, before it is written as its service writes it.

use beffroi_model::{Layer, VictimKind};
use jiff::civil::Date;

/// The file of one invented service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum File {
    /// `synth-unites.csv`, complaints taken by police and gendarmerie units.
    Unites,
    /// `synth-thesee.jsonl`, online complaints.
    Thesee,
    /// `synth-perceval.csv`, reports of card fraud.
    Perceval,
    /// `synth-17cyber.tsv`, reports left by victims seeking help.
    Cyber17,
}

impl File {
    /// Every file.
    pub const ALL: [Self; 4] = [Self::Unites, Self::Thesee, Self::Perceval, Self::Cyber17];

    /// Identifier of the source that reads it.
    pub fn source(self) -> &'static str {
        match self {
            Self::Unites => "synth-unites",
            Self::Thesee => "synth-thesee",
            Self::Perceval => "synth-perceval",
            Self::Cyber17 => "synth-17cyber",
        }
    }

    /// Name of the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unites => "synth-unites.csv",
            Self::Thesee => "synth-thesee.jsonl",
            Self::Perceval => "synth-perceval.csv",
            Self::Cyber17 => "synth-17cyber.tsv",
        }
    }

    /// Layer of its rows.
    pub fn layer(self) -> Layer {
        match self {
            Self::Unites | Self::Thesee => Layer::Recorded,
            Self::Perceval | Self::Cyber17 => Layer::Platform,
        }
    }

    /// First day on which the service takes reports; from the first day of the range when it always did.
    pub(crate) fn opens(self) -> Option<Date> {
        match self {
            Self::Unites => None,
            Self::Thesee => Some(Date::constant(2022, 3, 15)),
            Self::Perceval => Some(Date::constant(2018, 6, 1)),
            Self::Cyber17 => Some(Date::constant(2024, 12, 17)),
        }
    }

    /// What the report numbers of the service begin with.
    pub(crate) fn id_prefix(self) -> &'static str {
        match self {
            Self::Unites => "SYN-U",
            Self::Thesee => "SYN-T",
            Self::Perceval => "SYN-P",
            Self::Cyber17 => "SYN-C",
        }
    }
}

/// A category of digital offence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Category {
    Biens,
    Pers,
    Inst,
    Legi,
}

impl Category {
    pub(crate) const ALL: [Self; 4] = [Self::Biens, Self::Pers, Self::Inst, Self::Legi];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Biens => "AN-BIENS",
            Self::Pers => "AN-PERS",
            Self::Inst => "AN-INST",
            Self::Legi => "AN-LEGI",
        }
    }

    pub(crate) fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.code() == code)
    }
}

/// What a report says of the author, in canonical form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Author {
    pub(crate) phone: Option<String>,
    pub(crate) domain: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) iban: Option<String>,
}

/// Classes of the victim, where they were noted: sex and age band of a person, size band of an employer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Classes {
    pub(crate) sex: Option<&'static str>,
    pub(crate) age_band: Option<&'static str>,
    pub(crate) size: Option<&'static str>,
}

/// One report.
#[derive(Debug, Clone)]
pub(crate) struct Row<'t> {
    pub(crate) file: File,
    pub(crate) id: String,
    pub(crate) occurred: Option<Date>,
    pub(crate) reported: Date,
    pub(crate) department: &'static str,
    pub(crate) category: Category,
    pub(crate) phenomenon: &'t str,
    pub(crate) astad: bool,
    pub(crate) victim: VictimKind,
    pub(crate) classes: Classes,
    pub(crate) sector: Option<&'static str>,
    pub(crate) loss_cents: Option<i64>,
    pub(crate) author: Author,
    pub(crate) victim_phone: Option<String>,
}
