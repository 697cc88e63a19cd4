//! The shapes in which reports are kept added up: by which columns, at which grain of time, and which questions each
//! answers as the rows themselves would.

use crate::groups::Sum;
use crate::predicates::column_of;
use beffroi_model::{Grain, Period};
use beffroi_ports::{Dimension, Measure, ReportsQuery, Spread};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use jiff::civil::Date;
use std::sync::Arc;

/// Grows when a shape or a column changes: what an earlier program added up is then added up anew.
pub(crate) const VERSION: u32 = 1;
/// The column of the days between facts and report, where a shape keeps each delay apart.
pub(crate) const DELAY: &str = "delay_days";
/// The numbers of days for which each shape tells how many rows were reported within them.
pub(crate) const WITHIN: [u16; 6] = [1, 3, 7, 30, 90, 365];
/// What every shape keeps apart: what an indicator is of, and what its certificate says of each figure. All have few
/// values.
const ALWAYS: [&str; 5] = ["source", "layer", "kind", "unit_of_count", "synthetic"];

/// One way of adding reports up.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Also the name of its file.
    pub(crate) name: &'static str,
    /// What `reported_on` is brought down to: the first day of the month, the Monday of the week, or the day.
    pub(crate) grain: Grain,
    /// Columns kept apart beside [`ALWAYS`].
    columns: &'static [&'static str],
    /// Whether each delay from facts to report is kept apart.
    pub(crate) delays: bool,
    /// Whether deliveries are kept apart in answers (in files they always are).
    pub(crate) deliveries: bool,
}

const fn shape(name: &'static str, grain: Grain, columns: &'static [&'static str]) -> Shape {
    Shape { name, grain, columns, delays: false, deliveries: false }
}

/// Every shape. One that can be made of another comes after it. Those by day also answer for weeks of a span of years, which
/// begins and ends in the midst of one.
pub(crate) const SHAPES: [Shape; 20] = [
    // Claims: the named group, whose victims they are and where.
    shape("claims", Grain::Day, &["territory", "phenomenon", "subject", "sector", "victim_kind"]),
    shape("subjects", Grain::Day, &["subject"]),
    // Who the victims are: over the country, and place by place.
    shape(
        "victims",
        Grain::Month,
        &["category", "phenomenon", "astad", "victim_kind", "sex", "age_band", "sector", "size"],
    ),
    shape("people", Grain::Month, &["territory", "category", "astad", "victim_kind", "sex", "age_band"]),
    shape("trades", Grain::Month, &["territory", "phenomenon", "astad", "victim_kind", "sector", "size"]),
    // Where, by the two ways of classing an offence, then by none.
    shape("places", Grain::Month, &["territory", "category", "astad", "victim_kind"]),
    shape("modes", Grain::Month, &["territory", "phenomenon", "astad", "victim_kind"]),
    shape("watch", Grain::Week, &["territory", "phenomenon"]),
    shape("grounds", Grain::Week, &["territory", "category"]),
    shape("day-territories", Grain::Day, &["territory"]),
    shape("territories", Grain::Month, &["territory"]),
    // Over the country, as fine as figures are asked for, then coarser: where there are many classes, the finer ones may
    // be too fine to be kept.
    shape("days", Grain::Day, &["category", "phenomenon", "astad", "victim_kind"]),
    shape("day-categories", Grain::Day, &["category", "astad"]),
    shape("day-phenomena", Grain::Day, &["phenomenon"]),
    shape("weeks", Grain::Week, &["category", "phenomenon", "astad", "victim_kind"]),
    shape("months", Grain::Month, &["category", "phenomenon", "astad", "victim_kind"]),
    shape("month-categories", Grain::Month, &["category", "astad"]),
    Shape { delays: true, ..shape("delays", Grain::Month, &["category", "phenomenon"]) },
    shape("month-phenomena", Grain::Month, &["phenomenon"]),
    Shape { deliveries: true, ..shape("deliveries", Grain::Day, &[]) },
];

impl Shape {
    /// The columns of text and flags that it keeps apart.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static str> {
        ALWAYS.into_iter().chain(self.columns.iter().copied())
    }

    /// The columns of its file: what is kept apart, then one column a sum.
    pub(crate) fn filed(&self) -> SchemaRef {
        self.schema(true)
    }

    /// The columns that answers are made of: those of its file, without the deliveries that answers do not tell apart.
    pub(crate) fn answering(&self) -> SchemaRef {
        self.schema(self.deliveries)
    }

    fn schema(&self, deliveries: bool) -> SchemaRef {
        let text = |name| Field::new(name, if is_flag(name) { DataType::Boolean } else { DataType::Utf8View }, true);
        let mut fields = vec![Field::new("reported_on", DataType::Date32, true)];
        fields.extend(deliveries.then(|| text("delivery")));
        fields.extend(self.columns().map(text));
        fields.extend(self.delays.then(|| Field::new(DELAY, DataType::Int64, true)));
        fields.extend(Sum::kept().map(|sum| Field::new(sum.name(), sum.data_type(), true)));
        Arc::new(Schema::new(fields))
    }

    /// Whether it can be made of another, less fine.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        let grain = other.grain == Grain::Day || other.grain == self.grain;
        grain && self.delays <= other.delays && self.columns().all(|column| other.columns().any(|of| of == column))
    }

    /// Whether it answers a question as the rows would.
    pub(crate) fn answers(&self, query: &ReportsQuery) -> bool {
        let by = query.by.iter().copied();
        by.chain(query.filters.iter().map(|filter| filter.dimension)).all(|dimension| self.tells(dimension))
            && query.measures.iter().all(|&measure| self.measures(measure))
            && query.from.is_none_or(|from| self.first_day(from) == from)
            && query.to.is_none_or(|to| to.tomorrow().is_ok_and(|next| self.first_day(next) == next))
    }

    fn tells(&self, dimension: Dimension) -> bool {
        match dimension.grain() {
            None => self.columns().any(|column| column == column_of(dimension)),
            Some(Grain::Day) => self.grain == Grain::Day,
            Some(Grain::Week) => matches!(self.grain, Grain::Day | Grain::Week),
            Some(Grain::Month | Grain::Quarter | Grain::Year) => matches!(self.grain, Grain::Day | Grain::Month),
        }
    }

    fn measures(&self, measure: Measure) -> bool {
        match (measure.spread(), measure) {
            (Some(Spread::Loss), _) => false,
            (Some(Spread::Delay), _) => self.delays,
            (Some(Spread::Delivery), _) => self.deliveries,
            (None, Measure::DelayWithin(days)) => self.delays || WITHIN.contains(&days),
            (None, _) => true,
        }
    }

    /// The first day of the period, as long as the grain, that a day lies in.
    fn first_day(&self, day: Date) -> Date {
        Period::containing(day, self.grain).start()
    }
}

/// Whether a column says yes or no.
pub(crate) fn is_flag(column: &str) -> bool {
    matches!(column, "astad" | "synthetic")
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_ports::Filter;
    use jiff::civil::date;

    fn answering(query: &ReportsQuery) -> Vec<&'static str> {
        SHAPES.iter().filter(|shape| shape.answers(query)).map(|shape| shape.name).collect()
    }

    #[test]
    fn names_are_apart_and_what_is_made_of_another_comes_after_it() {
        for (n, shape) in SHAPES.iter().enumerate() {
            let later = &SHAPES[n + 1..];
            assert!(later.iter().all(|other| other.name != shape.name), "{} stands twice", shape.name);
            assert!(later.iter().all(|other| !shape.is_within(other)), "{} comes too early", shape.name);
        }
    }

    #[test]
    fn a_question_finds_the_shapes_that_know_all_of_it() {
        let by = |by: &[Dimension]| ReportsQuery { by: by.to_vec(), ..ReportsQuery::default() };
        assert_eq!(
            answering(&by(&[Dimension::Week, Dimension::Department, Dimension::Phenomenon])),
            ["claims", "watch"]
        );
        assert!(answering(&by(&[Dimension::Year, Dimension::Region, Dimension::Category])).contains(&"places"));
        assert!(answering(&by(&[Dimension::Department, Dimension::Category, Dimension::Day])).is_empty());
        // Days that no period of the grain begins or ends with.
        let part = |from, to| ReportsQuery { from: Some(from), to: Some(to), ..by(&[Dimension::Category]) };
        let whole = answering(&part(date(2024, 2, 1), date(2024, 2, 29)));
        assert!(whole.contains(&"months") && whole.contains(&"days") && !whole.contains(&"weeks"), "{whole:?}");
        assert_eq!(answering(&part(date(2024, 2, 1), date(2024, 2, 28))), ["days", "day-categories"]);
        assert!(answering(&part(date(2024, 7, 1), date(2024, 7, 7))).contains(&"weeks"));
        // Measures.
        let of = |measure| answering(&ReportsQuery { measures: vec![measure], ..by(&[Dimension::Year]) });
        assert!(of(Measure::LossQuantile(50)).is_empty());
        assert_eq!(of(Measure::DelayQuantile(50)), ["delays"]);
        assert_eq!(of(Measure::DelayWithin(11)), ["delays"]);
        assert!(of(Measure::DelayWithin(3)).contains(&"months"));
        assert_eq!(of(Measure::DeliveredWithin(30)), ["deliveries"]);
        let filters = vec![Filter { dimension: Dimension::Day, values: vec!["2024-02-03".into()] }];
        assert!(!answering(&ReportsQuery { filters, ..by(&[Dimension::Category]) }).contains(&"months"));
    }
}
