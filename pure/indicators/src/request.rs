//! What is asked of an indicator.

use crate::IndicatorError;
use beffroi_codes::Lists;
use beffroi_model::Period;
use beffroi_ports::{Dimension, Filter};
use jiff::civil::Date;

/// A request for figures of one indicator.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    /// By what it is broken down, in the order of the answer's keys.
    pub by: Vec<Dimension>,
    /// From this period on, included.
    pub from: Option<Period>,
    /// Up to this period, included.
    pub to: Option<Period>,
    /// What is kept: every filter must hold.
    pub filters: Vec<Filter>,
    /// The snapshot to read; the latest when none is given.
    pub snapshot: Option<u64>,
    /// The definition version asked for; the card's when none is given.
    pub definition: Option<String>,
    /// Only what was known on that day: deliveries of reports up to it, published counts of vintages up to it.
    pub known_on: Option<Date>,
    /// The period whose value is 100; the card's when none is given, and no index when the card has none.
    pub index_base: Option<Period>,
    /// What is taken out of the values.
    pub adjust: Option<Adjustment>,
    /// The code lists in use: they go into the certificate. Those of the house when nothing is said.
    pub lists: Lists,
}

/// What is taken out of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustment {
    /// What comes back each year.
    Seasonal,
}

impl Request {
    /// Reads a request as a person writes it: codes of dimensions, periods, and `DIMENSION=CODE` (codes of one dimension
    /// given twice are alternatives).
    ///
    /// # Errors
    /// [`IndicatorError::Request`] with the text at fault.
    pub fn read(
        by: &[String],
        from: Option<&str>,
        to: Option<&str>,
        filters: &[String],
        snapshot: Option<u64>,
        definition: Option<&str>,
    ) -> Result<Self, IndicatorError> {
        let fault = |what: String| IndicatorError::Request { what };
        let dimension = |code: &str| {
            Dimension::from_code(code.trim()).ok_or_else(|| {
                let known: Vec<&str> = Dimension::ALL.iter().map(|d| d.code()).collect();
                fault(format!("`{}` is no dimension: expected one of {}", short(code), known.join(", ")))
            })
        };
        let period = |text: &str| text.trim().parse::<Period>().map_err(|e| fault(e.to_string()));
        let mut kept: Vec<Filter> = Vec::new();
        for text in filters {
            let (code, value) = text
                .split_once('=')
                .ok_or_else(|| fault(format!("`{}` is no filter: expected DIMENSION=CODE", short(text))))?;
            let (dimension, value) = (dimension(code)?, value.trim().to_owned());
            match kept.iter_mut().find(|f| f.dimension == dimension) {
                Some(filter) => filter.values.push(value),
                None => kept.push(Filter { dimension, values: vec![value] }),
            }
        }
        Ok(Self {
            by: by.iter().map(|code| dimension(code)).collect::<Result<_, _>>()?,
            from: from.map(period).transpose()?,
            to: to.map(period).transpose()?,
            filters: kept,
            snapshot,
            definition: definition.map(str::to_owned),
            ..Self::default()
        })
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|t| (*t).to_owned()).collect()
    }

    #[test]
    fn codes_periods_and_filters() {
        let by = strings(&["month", "category"]);
        let filters = strings(&["category=AN-BIENS", "category=AN-PERS", "department=01"]);
        let request = Request::read(&by, Some("2024"), Some("2024-06"), &filters, Some(3), None).unwrap();
        assert_eq!(request.by, [Dimension::Month, Dimension::Category]);
        assert_eq!(request.filters.len(), 2);
        assert_eq!(request.filters[0].values, ["AN-BIENS", "AN-PERS"]);
        for wrong in [
            Request::read(&strings(&["colour"]), None, None, &[], None, None),
            Request::read(&[], Some("24"), None, &[], None, None),
            Request::read(&[], None, None, &strings(&["category"]), None, None),
        ] {
            assert!(wrong.unwrap_err().is_user_fault());
        }
    }
}
