//! Computed figures.

use crate::{Certificate, IndicatorError};
use beffroi_ports::Dimension;
use beffroi_statistics::Status;

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// One value a dimension of the breakdown; `None` where the rows have none.
    pub keys: Vec<Option<String>>,
    /// The value in the card's unit; `None` when it cannot be computed (a rate without population) or is hidden.
    pub value: Option<f64>,
    /// The numerator of a rate; the count otherwise.
    pub numerator: Option<f64>,
    /// The denominator of a rate.
    pub denominator: Option<f64>,
    /// 95 % limits of a rate, in the card's unit.
    pub interval: Option<(f64, f64)>,
    /// How many units the value is made of: what disclosure control looks at.
    pub contributors: Option<f64>,
    /// Made of fewer units than the card's threshold: not for publication as it is.
    pub small: bool,
    /// What a reader may see of it. Before [`crate::protect_figures`], only published or not available.
    pub status: Status,
    /// The source, for a published count.
    pub source: Option<String>,
    /// The publisher's definition, for a published count.
    pub definition: Option<String>,
}

/// The figures of one request, rows in the order of their keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// The indicator's code.
    pub indicator: String,
    /// By what they are broken down.
    pub by: Vec<Dimension>,
    /// The figures.
    pub rows: Vec<Figure>,
    /// Whether the values may be added over the breakdown.
    pub additive: bool,
    /// Whether the figures differ in their unit of count (side by side, never added).
    pub mixed_units: bool,
    /// What they were made of.
    pub certificate: Certificate,
}

impl Figures {
    /// The figure with these keys.
    pub fn figure(&self, keys: &[&str]) -> Option<&Figure> {
        self.rows.iter().find(|row| {
            row.keys.len() == keys.len() && row.keys.iter().zip(keys).all(|(k, wanted)| k.as_deref() == Some(*wanted))
        })
    }

    /// The value of the figure with these keys.
    pub fn value(&self, keys: &[&str]) -> Option<f64> {
        self.figure(keys).and_then(|f| f.value)
    }

    /// The sum of the values.
    ///
    /// # Errors
    /// [`IndicatorError::NotAdditive`] for rates and means, [`IndicatorError::Units`] when the figures differ in their
    /// unit of count.
    pub fn total(&self) -> Result<f64, IndicatorError> {
        self.refuse_sum()?;
        Ok(self.rows.iter().filter_map(|row| row.value).sum())
    }

    /// Says why the figures cannot be added, if they cannot.
    pub(crate) fn refuse_sum(&self) -> Result<(), IndicatorError> {
        if !self.additive {
            return Err(IndicatorError::NotAdditive { indicator: self.indicator.clone() });
        }
        if self.mixed_units {
            let units = self.certificate.unit_of_count.clone();
            return Err(IndicatorError::Units { what: format!("`{}`", self.indicator), units });
        }
        Ok(())
    }

    /// The same figures, only those that `keep` keeps (of one year, say).
    #[must_use]
    pub fn only(&self, keep: impl Fn(&Figure) -> bool) -> Self {
        let rows = self.rows.iter().filter(|row| keep(row)).cloned().collect();
        Self {
            rows,
            by: self.by.clone(),
            indicator: self.indicator.clone(),
            certificate: self.certificate.clone(),
            ..*self
        }
    }

    /// Position of a dimension in the keys.
    pub fn position(&self, dimension: Dimension) -> Option<usize> {
        self.by.iter().position(|d| *d == dimension)
    }
}

/// The sum of the totals of two sets of figures, when it means something.
///
/// # Errors
/// [`IndicatorError::Layers`] across layers, [`IndicatorError::Units`] across units of count,
/// [`IndicatorError::NotAdditive`] for rates and means.
pub fn add(a: &Figures, b: &Figures) -> Result<f64, IndicatorError> {
    let what = || format!("`{}` and `{}` cannot be added", a.indicator, b.indicator);
    if a.certificate.layer != b.certificate.layer {
        return Err(IndicatorError::Layers { what: what() });
    }
    if a.certificate.unit_of_count != b.certificate.unit_of_count {
        let units = format!("{}, {}", a.certificate.unit_of_count, b.certificate.unit_of_count);
        return Err(IndicatorError::Units { what: what(), units });
    }
    Ok(a.total()? + b.total()?)
}
