//! A table whose rows are events: which column is the number, the day, the place, the phenomenon, and what is observable.

use super::column::Column;
use super::{Proposal, named, unread};
use crate::codes::Codes;
use crate::wire::Look;
use jiff::civil::Date;
use std::collections::BTreeSet;

const NUMBERS: &[&str] = &["id", "numero", "number", "identifiant", "uuid", "reference", "ref"];
const LOSSES: &[&str] = &["montant", "amount", "prejudice", "loss", "perte", "eur", "euros"];

/// Whether the rows are events: each has its day, and an observable or a number of its own.
pub(super) fn are(columns: &[Column]) -> bool {
    let columns = || columns.iter().filter(|c| c.identifier.is_none() && !c.name.is_empty());
    let day = columns().any(|c| c.day.is_some() && !c.numbers);
    let own = columns().any(|c| c.filled > 1 && c.distinct == c.filled && c.says(NUMBERS));
    let seen = columns().any(|c| c.observable.is_some());
    day && (own || seen)
}

pub(super) fn propose(proposal: &mut Proposal, look: &Look, all: &[Column], codes: &dyn Codes, today: Date) {
    let columns: Vec<&Column> = all.iter().filter(|c| c.identifier.is_none() && !c.name.is_empty()).collect();
    let mut read: BTreeSet<&str> = BTreeSet::new();
    proposal.line("");
    proposal.line("[report]");
    proposal.noted("kind = \"complaint\"", "guess-kind", "");
    let own = columns.iter().find(|c| c.filled > 1 && c.distinct == c.filled && c.says(NUMBERS));
    match own {
        Some(column) => {
            read.insert(&column.name);
            proposal.noted(format!("id = {}", named(look, &column.name)), "guess-sure", "");
        }
        None => proposal.noted("", "guess-no-number", ""),
    }
    let mut days = columns.iter().filter(|c| c.day.is_some() && !c.numbers);
    let told = |c: &&&Column| c.says(&["reported", "plainte", "signalement", "declaration", "report", "depot"]);
    let day = columns.iter().filter(|c| c.day.is_some() && !c.numbers).find(told).or_else(|| days.next());
    if let Some(column) = day {
        read.insert(&column.name);
        proposal.noted(format!("reported_on = {}", day_of(look, column)), "guess-day", "");
    }
    let facts = columns
        .iter()
        .find(|c| c.day.is_some() && c.says(&["fait", "faits", "facts", "occurred", "achat", "purchase"]));
    if let Some(column) = facts.filter(|c| !read.contains(c.name.as_str())) {
        read.insert(&column.name);
        proposal.noted(format!("occurred_on = {}", day_of(look, column)), "guess-day", "");
    }
    if let Some(column) = columns.iter().find(|c| c.departments) {
        read.insert(&column.name);
        proposal.line(format!("territory = {{ from = {}, list = \"departments\" }}", named(look, &column.name)));
    }
    for (field, list) in [("phenomenon", "phenomena"), ("category", "digital_offences"), ("sector", "sectors")] {
        let found =
            columns.iter().find(|c| !c.numbers && !read.contains(c.name.as_str()) && c.in_list(list, codes, today));
        if let Some(column) = found {
            read.insert(&column.name);
            proposal.noted(
                format!("{field} = {{ from = {}, list = \"{list}\" }}", named(look, &column.name)),
                "guess-sure",
                "",
            );
        }
    }
    if let Some(column) = columns.iter().find(|c| c.numbers && c.says(LOSSES)) {
        read.insert(&column.name);
        proposal.line(format!("loss_eur = {}", named(look, &column.name)));
    }
    for column in columns.iter().filter(|c| !read.contains(c.name.as_str())).collect::<Vec<_>>() {
        if let Some(kind) = column.observable {
            read.insert(&column.name);
            proposal.line("");
            proposal.line("[[report.observables]]");
            proposal.line(format!("from = {}", named(look, &column.name)));
            proposal.line(format!("kind = \"{}\"", kind.code()));
            proposal.noted("role = \"unknown\"", "guess-role", "");
        }
    }
    unread(proposal, &columns, &read);
}

fn day_of(look: &Look, column: &Column) -> String {
    let from = named(look, &column.name);
    match column.day {
        None | Some("%Y-%m-%d") => from,
        Some(form) => format!("{{ from = {from}, format = \"{form}\" }}"),
    }
}
