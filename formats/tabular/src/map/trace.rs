//! What each field of a row became, and from which column: for whoever writes a mapping.

use super::field::{Misfit, Reading};
use super::plan::{Context, Plan, Target};
use crate::finding::{Rule, shorten};
use crate::read::Row;
use beffroi_model::{ReportId, Role};
use jiff::civil::Date;
use serde::Serialize;

/// One field of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Traced {
    /// The field, as declarations name it.
    pub field: String,
    /// The column of the file; nothing for a fixed value.
    pub column: String,
    /// The beginning of what the file holds there.
    pub text: String,
    /// What it became; nothing when it has no value, or does not fit.
    pub became: Option<String>,
    /// Why it does not fit.
    pub misfit: Option<String>,
}

/// The observables of a row, by mapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TracedObservable {
    /// The column.
    pub column: String,
    /// What it holds.
    pub kind: String,
    /// Whose it is.
    pub role: String,
    /// How many there are.
    pub found: usize,
    /// The first of them in its one written form, defanged; `…` when it is a victim's.
    pub first: Option<String>,
}

impl Plan {
    /// What each field of the row becomes, mapping after mapping; nothing when a condition leaves the row out.
    pub fn trace(&self, row: &Row, context: &Context<'_>) -> Vec<Traced> {
        if !self.looks_at(row) {
            return Vec::new();
        }
        match &self.target {
            Target::Report(plan) => {
                let on = plan.readings().find_map(|(name, reading)| match name {
                    "reported_on" => reading.day(row, context).ok().flatten(),
                    _ => None,
                });
                let on = on.unwrap_or(context.today);
                plan.readings().map(|(name, reading)| self.traced(name, reading, row, on, context)).collect()
            }
            Target::Counts(plans) => plans
                .iter()
                .filter(|plan| plan.keeps(row))
                .flat_map(|plan| {
                    let on = plan.readings().find_map(|(name, reading)| match name {
                        "period" => reading.period(row, context).ok().flatten(),
                        _ => None,
                    });
                    let on = on.map_or(context.today, |period| period.start());
                    plan.readings().map(move |(name, reading)| self.traced(name, reading, row, on, context))
                })
                .collect(),
        }
    }

    /// The observables of the row; none for counts.
    pub fn trace_observables(&self, row: &Row) -> Vec<TracedObservable> {
        match &self.target {
            Target::Report(plan) if self.looks_at(row) => plan
                .observables_of(row)
                .map(|(column, kind, role, values)| TracedObservable {
                    column: column.to_owned(),
                    kind: kind.code().to_owned(),
                    role: role.code().to_owned(),
                    found: values.len(),
                    first: values.first().map(|value| {
                        if role == Role::Victim {
                            "…".to_owned()
                        } else {
                            shorten(&beffroi_observables::defang(kind, value))
                        }
                    }),
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    fn traced(&self, name: &str, reading: &Reading, row: &Row, on: Date, context: &Context<'_>) -> Traced {
        let (became, misfit) = match value(name, reading, row, on, context) {
            Ok(value) => (value.map(|text| shorten(&text)), None),
            Err(misfit) => (None, Some(misfit)),
        };
        // A text that identifies a person is not repeated.
        let hidden = misfit.as_ref().is_some_and(|misfit| misfit.rule == Rule::DirectIdentifier);
        Traced {
            field: name.to_owned(),
            column: reading
                .column
                .split('+')
                .map(|column| self.file_column(row, column))
                .collect::<Vec<_>>()
                .join(" + "),
            text: if hidden { "…".to_owned() } else { shorten(&reading.shown(row)) },
            became,
            misfit: misfit.map(|misfit| misfit.message.into_owned()),
        }
    }
}

fn value(name: &str, reading: &Reading, row: &Row, on: Date, context: &Context<'_>) -> Result<Option<String>, Misfit> {
    Ok(match name {
        "id" => reading
            .parsed::<ReportId>(row, Rule::NotAnIdentifier, "an identifier has 1 to 128 characters without blanks")?
            .map(|id| id.to_string()),
        "reported_on" | "occurred_on" | "vintage" => reading.day(row, context)?.map(|day| day.to_string()),
        "period" => reading.period(row, context)?.map(|period| period.to_string()),
        "territory" => reading.territory(row, on, context)?.map(|territory| territory.to_string()),
        "astad" => reading.boolean(row)?.map(|yes| yes.to_string()),
        "value" => reading.float(row)?.map(|number| number.to_string()),
        "population" => reading.integer(row)?.map(|number| number.to_string()),
        "loss_eur" => reading.cents(row)?.map(|cents| format!("{}.{:02}", cents / 100, cents % 100)),
        _ => reading.name(row, on, context)?.map(Into::into),
    })
}
