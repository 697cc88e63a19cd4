//! Steps that a publication tells, with that publication: what no pair of published totals measures.

use super::{Amount, Cause, Total};
use crate::{CardError, Text};
use beffroi_model::{Layer, Period};
use serde::Deserialize;

/// A step that a publication tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// The layer of the totals.
    pub layer: Layer,
    /// Their series, without correction.
    pub series: String,
    /// Their period.
    pub period: Period,
    /// The definition it starts from.
    pub from: String,
    /// The definition it goes to.
    pub to: String,
    /// What it accounts for.
    pub cause: Cause,
    /// How much.
    pub amount: Amount,
    /// What it is.
    pub label: Text,
    /// Which publication, of which day.
    pub source: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    step: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    layer: String,
    series: String,
    period: String,
    from: String,
    to: String,
    cause: String,
    amount: f64,
    label: Text,
    source: Text,
}

impl Declared {
    /// The steps that ship with the house. (A test reads them: none can be missing here.)
    pub fn builtin() -> Vec<Self> {
        Self::read(include_str!("../../reconciliations.toml")).unwrap_or_default()
    }

    /// Reads steps from TOML, tables `[[step]]`.
    ///
    /// # Errors
    /// [`CardError`] with the line or the field at fault.
    pub fn read(text: &str) -> Result<Vec<Self>, CardError> {
        let fault = |what: String| CardError { what };
        let file: File = toml::from_str(text).map_err(|e| fault(e.to_string().trim().to_owned()))?;
        let step = |w: Written| {
            let cause = Cause::from_code(&w.cause);
            Ok(Self {
                layer: w.layer.parse().map_err(|e| fault(format!("layer: {e}")))?,
                period: w.period.parse().map_err(|e| fault(format!("period: {e}")))?,
                cause: cause.ok_or_else(|| fault(format!("cause: `{}` is none", w.cause)))?,
                amount: Amount::of(w.amount).ok_or_else(|| fault("amount: expected a finite number".into()))?,
                series: w.series,
                from: w.from,
                to: w.to,
                label: w.label,
                source: w.source,
            })
        };
        file.step.into_iter().map(step).collect()
    }

    /// Its amount from total `a` to total `b`: as told, or the other way round; none when it is not about these.
    pub(super) fn amount_between(&self, a: &Total, b: &Total) -> Option<Amount> {
        let about = |t: &Total| (t.layer, &t.series, t.period) == (self.layer, &self.series, self.period);
        let raw = a.correction.is_none() && b.correction.is_none() && a.unit == b.unit && a.reach == b.reach;
        if !(about(a) && about(b) && raw) {
            return None;
        }
        match (a.definition.as_str(), b.definition.as_str()) {
            (from, to) if (from, to) == (&self.from, &self.to) => Some(self.amount),
            (to, from) if (from, to) == (&self.from, &self.to) => Some(Amount::default().minus(self.amount)),
            _ => None,
        }
    }
}
