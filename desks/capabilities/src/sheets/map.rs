//! Where what can be done: a map by department, with the table that says the same.

use super::holdings;
use crate::blocks::{capability, place, table};
use crate::gaps::by_department;
use beffroi_chart::{Cell, Choropleth, ClassBreaks, Head, MapWords, Use};
use beffroi_document::{Block, Figure, Term};
use beffroi_register::{Refusal, SheetContext};
use std::collections::BTreeMap;

/// Where one class ends and the next begins: none, one alone, a few, several.
const BOUNDS: [f64; 3] = [1.0, 2.0, 5.0];

/// See the register `asset`.
pub(crate) fn make(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let t = context.lang;
    let wanted = context.asked("capability");
    let counted = by_department(&holdings(context), wanted, context.today());
    let what = if wanted.is_empty() { context.say("map-all") } else { capability(t, wanted) };
    let title = context.say_with("map-title", &[("what", (&what).into())]);
    let departments = beffroi_codes::list("departments");
    let names: BTreeMap<String, String> = departments
        .map(|list| list.codes().map(|code| (code.code.clone(), code.label(t.code()).to_owned())).collect())
        .unwrap_or_default();
    // Nothing declared is zero, not "not available": an inventory is of what is there.
    let placed = names.keys().filter(|code| !matches!(code.as_str(), "NL" | "ETR"));
    let cells: BTreeMap<String, Cell> = placed
        .map(|code| {
            let n = counted.get(code).copied().unwrap_or(0);
            let label = format!("{} · {}", place(t, code), t.integer(f64::from(n)));
            (code.clone(), Cell { value: Some(f64::from(n)), secret: false, label })
        })
        .collect();
    let breaks = ClassBreaks::new(BOUNDS.to_vec()).unwrap_or_else(|_| ClassBreaks::rounded(&[], 1));
    let classes = ["map-none", "map-one", "map-few", "map-several"].map(|key| context.say(key)).to_vec();
    let total: u32 = counted.values().sum();
    let values = [
        ("total", t.integer(f64::from(total))),
        ("places", t.integer(counted.values().filter(|n| **n > 0).count() as f64)),
    ];
    let args: Vec<(&str, beffroi_wording::Value<'_>)> =
        values.iter().map(|(name, text)| (*name, text.into())).collect();
    let alt = context.say_with("map-alt", &args);
    let drawing = Choropleth {
        head: Head { id: "map".to_owned(), title: title.clone(), description: alt.clone() },
        cells,
        breaks,
        words: MapWords {
            legend: context.say("map-legend"),
            classes,
            secret: t.say("web-map-secret"),
            missing: t.say("web-signal-map-none"),
            inset: t.say("web-map-inset"),
            names,
        },
        not_located: None,
        codes: true,
    };
    let rows = counted.iter().map(|(code, n)| vec![place(t, code), t.integer(f64::from(*n))]).collect();
    let figure = Figure {
        id: "map".to_owned(),
        title,
        svg: drawing.svg(Use::Standalone),
        alt: alt.clone(),
        notes: vec![Term { term: context.say("map-reading"), text: alt }],
        table: None,
    };
    Ok(vec![Block::Figure(figure), table(context, "map-table", &["territory", "there"], &["there"], rows)])
}
