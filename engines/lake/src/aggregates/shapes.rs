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
pub(crate) const VERSION: u32 = 2;
/// The column of the known losses of a cell in cents, in order, where a shape keeps each value.
pub(crate) const LOSSES: &str = "losses";
/// The column of the known days between facts and report, in order, where a shape keeps each value.
pub(crate) const DELAYS: &str = "delays";
/// The numbers of days for which each shape tells how many rows were reported within them.
pub(crate) const WITHIN: [u16; 6] = [1, 3, 7, 30, 90, 365];
/// What every shape keeps apart: what an indicator is of, and what its certificate says of each figure. All have few
/// values.
const ALWAYS: [&str; 5] = ["source", "layer", "kind", "unit_of_count", "synthetic"];

/// What `reported_on` is brought down to: the first day of a span of days that no question of its grains cuts in two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// The day itself.
    Day,
    /// The week, or the part of it that lies in the month: weeks, months and years are all made of these.
    Piece,
    /// The month.
    Month,
}

/// One way of adding reports up.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Also the name of its file.
    pub(crate) name: &'static str,
    pub(crate) pace: Pace,
    /// Columns kept apart beside [`ALWAYS`].
    columns: &'static [&'static str],
    /// Whether each known loss and each known delay of a cell is kept, beside their number.
    pub(crate) spreads: bool,
    /// Whether deliveries are kept apart in answers (in files they always are).
    pub(crate) deliveries: bool,
}

const fn shape(name: &'static str, pace: Pace, columns: &'static [&'static str]) -> Shape {
    Shape { name, pace, columns, spreads: false, deliveries: false }
}

const fn spread(name: &'static str, columns: &'static [&'static str]) -> Shape {
    Shape { spreads: true, ..shape(name, Pace::Month, columns) }
}

/// Every shape. One that can be made of another comes after it. Together they know each breakdown that a page of the
/// catalogue offers: a test of this crate asks for all of them.
pub(crate) const SHAPES: [Shape; 30] = [
    // Claims: the named group, whose victims they are and where.
    shape("claims", Pace::Day, &["territory", "phenomenon", "subject", "sector", "victim_kind"]),
    shape("subjects", Pace::Day, &["subject"]),
    // Who the victims are: over the country, and place by place.
    shape(
        "victims",
        Pace::Month,
        &["category", "phenomenon", "astad", "victim_kind", "sex", "age_band", "sector", "size"],
    ),
    shape("week-people", Pace::Piece, &["category", "victim_kind", "sex", "age_band"]),
    shape("week-trades", Pace::Piece, &["category", "victim_kind", "sector", "size"]),
    shape("people", Pace::Month, &["territory", "category", "astad", "victim_kind", "sex", "age_band"]),
    shape("trades", Pace::Month, &["territory", "category", "phenomenon", "victim_kind", "sector", "size"]),
    shape("place-trades", Pace::Month, &["territory", "category", "victim_kind", "sector", "size"]),
    // Where, by the two ways of classing an offence, then by one, then by none.
    shape("modes", Pace::Month, &["territory", "category", "phenomenon", "astad"]),
    shape("places", Pace::Month, &["territory", "category", "astad", "victim_kind"]),
    shape("watch", Pace::Piece, &["territory", "phenomenon"]),
    shape("grounds", Pace::Piece, &["territory", "category"]),
    shape("month-watch", Pace::Month, &["territory", "phenomenon"]),
    shape("month-grounds", Pace::Month, &["territory", "category"]),
    shape("day-territories", Pace::Day, &["territory"]),
    shape("territories", Pace::Month, &["territory"]),
    // Over the country, as fine as figures are asked for, then coarser: where there are many classes, the finer ones may
    // be too fine to be kept.
    shape("days", Pace::Day, &["category", "phenomenon", "astad", "victim_kind"]),
    shape("day-categories", Pace::Day, &["category", "astad"]),
    shape("day-phenomena", Pace::Day, &["phenomenon"]),
    shape("weeks", Pace::Piece, &["category", "phenomenon", "astad", "victim_kind"]),
    shape("week-categories", Pace::Piece, &["category", "astad"]),
    shape("months", Pace::Month, &["category", "phenomenon", "astad", "victim_kind"]),
    shape("month-categories", Pace::Month, &["category", "astad"]),
    shape("month-phenomena", Pace::Month, &["phenomenon"]),
    Shape { deliveries: true, ..shape("deliveries", Pace::Day, &[]) },
    // Each value: for medians and quartiles, by whatever a figure may be broken down.
    spread("spread-classes", &["category", "phenomenon", "victim_kind"]),
    spread("spread-places", &["territory", "category", "victim_kind"]),
    spread("spread-modes", &["territory", "category", "phenomenon"]),
    spread("spread-people", &["category", "victim_kind", "sex", "age_band"]),
    spread("spread-trades", &["category", "victim_kind", "sector", "size"]),
];

impl Shape {
    /// The columns of text and flags that it keeps apart.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static str> {
        ALWAYS.into_iter().chain(self.columns.iter().copied())
    }

    /// The columns of text and flags that answers tell apart.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.deliveries.then_some("delivery").into_iter().chain(self.columns())
    }

    /// The columns of its file: what is kept apart, then one column a sum; or the number of rows and their values.
    pub(crate) fn filed(&self) -> SchemaRef {
        let text = |name| Field::new(name, if is_flag(name) { DataType::Boolean } else { DataType::Utf8View }, true);
        let mut fields = vec![Field::new("reported_on", DataType::Date32, true), text("delivery")];
        fields.extend(self.columns().map(text));
        fields.extend(self.sums().map(|sum| Field::new(sum.name(), sum.data_type(), true)));
        if self.spreads {
            fields.extend([LOSSES, DELAYS].map(|name| Field::new(name, values_type(), true)));
        }
        Arc::new(Schema::new(fields))
    }

    /// The sums in its file.
    pub(crate) fn sums(&self) -> impl Iterator<Item = Sum> {
        let only_rows = self.spreads;
        Sum::kept().filter(move |sum| !only_rows || *sum == Sum::Rows)
    }

    /// Whether it can be made of another, less fine.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        let pace = match other.pace {
            Pace::Day => true,
            Pace::Piece => self.pace != Pace::Day,
            Pace::Month => self.pace == Pace::Month,
        };
        let plain = !self.spreads && !other.spreads;
        pace && plain && self.columns().all(|column| other.columns().any(|of| of == column))
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
            Some(Grain::Day) => self.pace == Pace::Day,
            Some(Grain::Week) => self.pace != Pace::Month,
            Some(Grain::Month | Grain::Quarter | Grain::Year) => true,
        }
    }

    fn measures(&self, measure: Measure) -> bool {
        match (measure.spread(), measure) {
            (Some(Spread::Loss | Spread::Delay), _) => self.spreads,
            (Some(Spread::Delivery), _) => self.deliveries,
            (None, Measure::DelayWithin(days)) => self.spreads || WITHIN.contains(&days),
            (None, _) => true,
        }
    }

    /// The first day of the span, as long as the pace, that a day lies in.
    pub(crate) fn first_day(&self, day: Date) -> Date {
        let first = |grain| Period::containing(day, grain).start();
        match self.pace {
            Pace::Day => day,
            Pace::Piece => first(Grain::Week).max(first(Grain::Month)),
            Pace::Month => first(Grain::Month),
        }
    }
}

/// Values in order.
pub(crate) fn values_type() -> DataType {
    DataType::List(Arc::new(Field::new("item", DataType::Int64, true)))
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
        assert!(answering(&by(&[Dimension::Month, Dimension::Department, Dimension::Phenomenon])).contains(&"watch"));
        assert!(answering(&by(&[Dimension::Year, Dimension::Region, Dimension::Category])).contains(&"places"));
        assert!(answering(&by(&[Dimension::Department, Dimension::Category, Dimension::Day])).is_empty());
        // Days that no period of the grain begins or ends with.
        let part = |from, to| ReportsQuery { from: Some(from), to: Some(to), ..by(&[Dimension::Category]) };
        let whole = answering(&part(date(2024, 2, 1), date(2024, 2, 29)));
        assert!(whole.contains(&"months") && whole.contains(&"days") && whole.contains(&"weeks"), "{whole:?}");
        assert_eq!(answering(&part(date(2024, 2, 1), date(2024, 2, 28))), ["days", "day-categories"]);
        assert!(answering(&part(date(2024, 7, 1), date(2024, 7, 7))).contains(&"weeks"));
        // A year begins in the midst of a week: its pieces know it.
        assert_eq!(date(2025, 1, 1).weekday(), jiff::civil::Weekday::Wednesday);
        let weeks = ReportsQuery { by: vec![Dimension::Week], ..part(date(2025, 1, 1), date(2025, 12, 31)) };
        assert!(answering(&weeks).contains(&"weeks") && !answering(&weeks).contains(&"months"));
        // Measures.
        let of = |measure| answering(&ReportsQuery { measures: vec![measure], ..by(&[Dimension::Year]) });
        let spreads: Vec<&str> = SHAPES.iter().filter(|shape| shape.spreads).map(|shape| shape.name).collect();
        for measure in [Measure::LossQuantile(50), Measure::DelayQuantile(50), Measure::DelayWithin(11)] {
            assert_eq!(of(measure), spreads, "{measure:?}");
        }
        assert!(of(Measure::DelayWithin(3)).contains(&"months"));
        assert_eq!(of(Measure::DeliveredWithin(30)), ["deliveries"]);
        let filters = vec![Filter { dimension: Dimension::Day, values: vec!["2024-02-03".into()] }];
        assert!(!answering(&ReportsQuery { filters, ..by(&[Dimension::Category]) }).contains(&"months"));
    }
}
