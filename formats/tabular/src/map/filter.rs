//! Conditions on columns.

use super::dates::DayForm;
use super::numbers::NumberForm;
use super::plan::Columns;
use crate::declaration::{Bound, Condition, FileShape, Pattern};
use crate::read::Row;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Conditions that must all hold.
#[derive(Debug)]
pub(crate) struct Filter(Vec<Compiled>);

#[derive(Debug)]
enum Compiled {
    One { column: usize, test: Test },
    Any(Vec<Self>),
}

#[derive(Debug)]
enum Test {
    Listed { values: Vec<String>, wanted: bool },
    Matches(Pattern),
    Number { form: NumberForm, at_least: f64, at_most: f64 },
    Day { at_least: Date, at_most: Date },
    Empty { texts: BTreeSet<String>, wanted: bool },
}

impl Filter {
    pub(crate) fn new(conditions: &[Condition], shape: &FileShape, columns: &mut Columns) -> Self {
        Self(conditions.iter().map(|condition| compiled(condition, shape, columns)).collect())
    }

    /// Whether the row is kept. A column without value reads as the empty text; of a list, one value is enough.
    pub(crate) fn keeps(&self, row: &Row) -> bool {
        self.0.iter().all(|condition| condition.holds(row))
    }

    /// Whether one condition at least holds.
    pub(crate) fn any(&self, row: &Row) -> bool {
        self.0.iter().any(|condition| condition.holds(row))
    }
}

fn compiled(condition: &Condition, shape: &FileShape, columns: &mut Columns) -> Compiled {
    if !condition.any.is_empty() {
        return Compiled::Any(condition.any.iter().map(|one| compiled(one, shape, columns)).collect());
    }
    let test = if let Some(pattern) = &condition.matches {
        Test::Matches(pattern.clone())
    } else if let Some(wanted) = condition.empty {
        Test::Empty { texts: shape.empty.clone(), wanted }
    } else if condition.at_least.is_some() || condition.at_most.is_some() {
        within(condition.at_least, condition.at_most, shape)
    } else {
        let wanted = !condition.is.is_empty();
        Test::Listed { values: if wanted { condition.is.clone() } else { condition.is_not.clone() }, wanted }
    };
    Compiled::One { column: columns.index(&condition.column), test }
}

/// A number and a day together hold for nothing: no value is both.
fn within(at_least: Option<Bound>, at_most: Option<Bound>, shape: &FileShape) -> Test {
    let number = |bound, open: f64| match bound {
        Some(Bound::Number(number)) => number,
        Some(Bound::Day(_)) => f64::NAN,
        None => open,
    };
    let day = |bound, open| match bound {
        Some(Bound::Day(day)) => day,
        _ => open,
    };
    if matches!(at_least.or(at_most), Some(Bound::Day(_))) {
        return Test::Day { at_least: day(at_least, Date::MIN), at_most: day(at_most, Date::MAX) };
    }
    Test::Number {
        form: NumberForm { decimal: shape.decimal, thousands: shape.thousands },
        at_least: number(at_least, f64::NEG_INFINITY),
        at_most: number(at_most, f64::INFINITY),
    }
}

impl Compiled {
    fn holds(&self, row: &Row) -> bool {
        let (column, test) = match self {
            Self::Any(group) => return group.iter().any(|one| one.holds(row)),
            Self::One { column, test } => (*column, test),
        };
        let mut values = row.values(column).peekable();
        let mut one = |holds: &dyn Fn(&str) -> bool| {
            if values.peek().is_none() { holds("") } else { values.any(holds) }
        };
        match test {
            Test::Listed { values: listed, wanted } => one(&|text| listed.iter().any(|value| value == text)) == *wanted,
            Test::Matches(pattern) => one(&|text| pattern.is_match(text)),
            Test::Empty { texts, wanted } => one(&|text| text.is_empty() || texts.contains(text)) == *wanted,
            Test::Number { form, at_least, at_most } => {
                one(&|text| form.float(text).is_some_and(|number| *at_least <= number && number <= *at_most))
            }
            Test::Day { at_least, at_most } => {
                one(&|text| DayForm::YearMonthDay.read(text).is_some_and(|day| (*at_least..=*at_most).contains(&day)))
            }
        }
    }
}
