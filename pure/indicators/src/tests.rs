//! The formulas over drawn lakes: what they refuse, what they protect, and what stays the same for ever.

mod adjusted;
mod placed;
mod protected;
mod reprinted;

use crate::examples::{lake, now, ready};
use crate::{Card, Catalogue, Example, ExampleReports, Figures, IndicatorError, Request, compute};
use beffroi_ports::{Dimension, Facts};

/// The card of that code.
fn card(code: &str) -> Card {
    Catalogue::builtin().card(code).unwrap().clone()
}

/// A request by these dimensions.
fn by(dimensions: &[Dimension]) -> Request {
    Request { by: dimensions.to_vec(), ..Request::default() }
}

/// One report like the first of a card's first example.
fn model(card: &Card) -> ExampleReports {
    ExampleReports { n: 1, ..card.examples[0].reports[0].clone() }
}

/// A lake of these groups of reports.
fn drawn(card: &Card, reports: Vec<ExampleReports>) -> beffroi_ports::doubles::MemoryFacts {
    lake(&Example { reports, counts: Vec::new(), ..card.examples[0].clone() })
}

fn run(facts: &dyn Facts, card: &Card, request: &Request) -> Result<Figures, IndicatorError> {
    ready(compute(facts, card, request, now(), "1"))
}
