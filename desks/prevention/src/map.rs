//! The map of coverage: entities assessed over entities that exist, by department.

use crate::coverage::{Cell, Told};
use beffroi_chart::{Choropleth, ClassBreaks, Head, MapWords, Use};
use beffroi_document::{Block, Figure, Term};
use beffroi_register::SheetContext;
use beffroi_wording::Lang;
use std::collections::BTreeMap;

/// Classes of the map.
const CLASSES: usize = 4;

/// The name of a territory.
pub(crate) fn name_of(code: &str, t: Lang) -> String {
    let label = ["departments", "regions", "areas"].into_iter().find_map(|list| {
        let list = beffroi_codes::list(list)?;
        list.code(code).map(|code| code.label(t.code()).to_owned())
    });
    match label {
        Some(label) => format!("{label} ({code})"),
        None => code.to_owned(),
    }
}

/// The map; nothing where no coverage is known.
pub(crate) fn of_coverage(context: &SheetContext<'_>, territories: &BTreeMap<String, Told>) -> Option<Block> {
    let t = context.lang;
    let shown: Vec<f64> = territories.values().filter_map(|of| value(of.coverage)).collect();
    if shown.is_empty() {
        return None;
    }
    let breaks = ClassBreaks::rounded(&shown, CLASSES);
    let bound = |value: f64| t.percent(value, 1);
    let classes =
        breaks.intervals().into_iter().map(|interval| match (interval.from.map(bound), interval.to.map(bound)) {
            (None, None) => t.say("report-class-all"),
            (None, Some(to)) => t.say_with("report-class-below", &[("to", (&to).into())]),
            (Some(from), None) => t.say_with("report-class-from", &[("from", (&from).into())]),
            (Some(from), Some(to)) => {
                t.say_with("report-class-between", &[("from", (&from).into()), ("to", (&to).into())])
            }
        });
    let classes = classes.collect();
    let cells = territories
        .iter()
        .filter(|(_, of)| of.coverage != Cell::Missing)
        .map(|(code, of)| {
            let told = value(of.coverage).map_or_else(|| t.say("report-map-secret"), |value| t.percent(value, 1));
            let label = format!("{} · {told}", name_of(code, t));
            let secret = of.coverage == Cell::Hidden;
            (code.clone(), beffroi_chart::Cell { value: value(of.coverage), secret, label })
        })
        .collect();
    let names = beffroi_codes::list("departments")
        .map(|list| list.codes().map(|code| (code.code.clone(), code.label(t.code()).to_owned())).collect())
        .unwrap_or_default();
    let title = context.say("map");
    let svg = Choropleth {
        head: Head { id: "map-coverage".to_owned(), title: title.clone(), description: context.say("map-reading") },
        cells,
        breaks,
        words: MapWords {
            legend: context.say("column-coverage"),
            classes,
            secret: t.say("report-map-secret"),
            missing: t.say("report-map-missing"),
            inset: t.say("report-map-inset"),
            names,
        },
        not_located: None,
        codes: true,
    }
    .svg(Use::Standalone);
    let alt = format!("{title}. {}", context.say("map-reading"));
    let notes = vec![Term { term: t.say("report-note-note"), text: t.say("report-map-credit") }];
    Some(Block::Figure(Figure { id: "fig-coverage".to_owned(), title, svg, alt, notes, table: None }))
}

fn value(cell: Cell) -> Option<f64> {
    match cell {
        Cell::Shown(value) => Some(value),
        Cell::Hidden | Cell::Missing => None,
    }
}
