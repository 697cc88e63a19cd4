//! Computed figures.

use crate::{Certificate, Coefficient, IndicatorError};
use beffroi_ports::Dimension;
use beffroi_statistics::Status;

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// One value a dimension of the breakdown; `None` where the rows have none.
    pub keys: Vec<Option<String>>,
    /// The value in the card's unit; `None` when it cannot be computed (a rate without population) or is hidden.
    pub value: Option<f64>,
    /// The numerator of a rate or share; the count otherwise.
    pub numerator: Option<f64>,
    /// The denominator of a rate or share.
    pub denominator: Option<f64>,
    /// 95 % limits of a rate, in the card's unit; the low and the high bound of a range, whose value is the low one.
    pub interval: Option<(f64, f64)>,
    /// Of a range: the part of the reports that say what they are about, from 0 to 1.
    pub completeness: Option<f64>,
    /// Further numbers of units that the value would give away with the others: of a share, its part and the rest.
    pub guards: Vec<f64>,
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

impl Figure {
    /// No figure, for these keys.
    pub(crate) fn not_available(keys: Vec<Option<String>>) -> Self {
        Self {
            keys,
            value: None,
            numerator: None,
            denominator: None,
            interval: None,
            completeness: None,
            guards: Vec::new(),
            contributors: None,
            small: false,
            status: Status::NotAvailable,
            source: None,
            definition: None,
        }
    }

    /// The same with that value, published when there is one.
    pub(crate) fn with_value(self, value: Option<f64>) -> Self {
        Self { value, status: if value.is_some() { Status::Published } else { Status::NotAvailable }, ..self }
    }

    /// The same, its number kept from the reader.
    pub(crate) fn hidden(self) -> Self {
        Self {
            source: self.source,
            definition: self.definition,
            status: Status::SecretPrimary,
            ..Self::not_available(self.keys)
        }
    }
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
    /// What links them to the figures of other definitions, where it was computed: printed on charts at the break.
    pub coefficients: Vec<Coefficient>,
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
            coefficients: self.coefficients.clone(),
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
