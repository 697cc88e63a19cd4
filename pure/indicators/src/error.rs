//! Why no figure can be given.

use beffroi_model::Period;
use beffroi_ports::FactsError;
use beffroi_statistics::{StatisticsError, TableError};

/// Why no figure can be given. Most of these are refusals with a reason: the request asks for what means nothing.
#[derive(Debug, thiserror::Error)]
pub enum IndicatorError {
    /// No card has that code.
    #[error("no indicator `{code}`: there are {known}")]
    UnknownIndicator {
        /// What was asked.
        code: String,
        /// What there is.
        known: String,
    },
    /// The card is of another version.
    #[error("indicator `{indicator}` has no definition version `{asked}`: there are `{known}`")]
    UnknownDefinition {
        /// The indicator.
        indicator: String,
        /// What was asked.
        asked: String,
        /// What there is.
        known: String,
    },
    /// The request cannot be read.
    #[error("{what}")]
    Request {
        /// What is wrong, and what was expected.
        what: String,
    },
    /// The card does not allow that breakdown or filter.
    #[error("indicator `{indicator}` is not known by `{dimension}`: it may be asked by {allowed}")]
    Dimension {
        /// The indicator.
        indicator: String,
        /// What was asked.
        dimension: &'static str,
        /// What may be asked.
        allowed: String,
    },
    /// A sum over layers was asked.
    #[error(
        "{what}: survey, platform and recorded figures are never added, because one victim may stand in all three; show them side by side"
    )]
    Layers {
        /// What was asked.
        what: String,
    },
    /// A sum over units of count was asked.
    #[error(
        "{what}: figures in different units of count ({units}) are never added; ask for them one by one (`unit=…`)"
    )]
    Units {
        /// What was asked.
        what: String,
        /// The units met.
        units: String,
    },
    /// A sum of rates or means was asked.
    #[error(
        "indicator `{indicator}` is a rate or a mean, and those are not added: ask for the coarser breakdown instead"
    )]
    NotAdditive {
        /// The indicator.
        indicator: String,
    },
    /// A published count cannot be given over several periods.
    #[error(
        "indicator `{indicator}` is published by period and its periods are not added: ask by {grains}, or for one period"
    )]
    NeedsPeriod {
        /// The indicator.
        indicator: String,
        /// The grains allowed.
        grains: String,
    },
    /// A growth across a break.
    #[error("no growth of `{indicator}` from {from} to {to}: the series is broken at {at} ({reason}); {remedy}")]
    Break {
        /// The indicator.
        indicator: String,
        /// Earlier period.
        from: Period,
        /// Later period.
        to: Period,
        /// First period in the new way.
        at: Period,
        /// What changed.
        reason: String,
        /// What to do instead.
        remedy: String,
    },
    /// A growth across two definitions.
    #[error(
        "no growth of `{indicator}` from {from} to {to}: the first was counted under `{before}`, the second under `{after}`; {remedy}"
    )]
    Definitions {
        /// The indicator.
        indicator: String,
        /// Earlier period.
        from: Period,
        /// Later period.
        to: Period,
        /// Definition of the earlier.
        before: String,
        /// Definition of the later.
        after: String,
        /// What to do instead: have both under one definition, with the command to run where there is one.
        remedy: String,
    },
    /// There is no figure for a period.
    #[error("indicator `{indicator}` has no figure for {period} in this snapshot")]
    NoFigure {
        /// The indicator.
        indicator: String,
        /// The period.
        period: Period,
    },
    /// A measure refused its arguments.
    #[error(transparent)]
    Statistics(#[from] StatisticsError),
    /// A table cannot be protected.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The lake could not answer.
    #[error(transparent)]
    Facts(#[from] FactsError),
}

impl IndicatorError {
    /// Whether the request is at fault (exit status 1) rather than the house (2).
    pub fn is_user_fault(&self) -> bool {
        match self {
            Self::Facts(FactsError::NoSnapshot { .. } | FactsError::Delivery { .. }) => true,
            Self::Facts(_) => false,
            Self::Table(TableError::NotACount { .. } | TableError::Ragged { .. }) => false,
            _ => true,
        }
    }
}
