//! The style sheet, and the part of it that a standalone drawing carries.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Style sheet of the drawings for a page: custom properties for light, dark, forced colours and print, shapes by class,
/// and the classes of an HTML legend (`ch-legend`, `ch-swatch`) and of a container that scrolls sideways on a narrow
/// screen (`chart-scroll`).
pub const CSS: &str = include_str!("chart.css");

/// The faces a standalone drawing asks for, first the one that PDFs embed.
const FAMILY: &str = ".chart{font-family:\"Noto Sans\",\"Liberation Sans\",\"DejaVu Sans\",Arial,Helvetica,sans-serif}";

static RULES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let colours = palette(CSS.split("@media").next().unwrap_or_default());
    let shapes = CSS.split("/* shapes */").nth(1).and_then(|s| s.split("/* page */").next()).unwrap_or_default();
    let rules = shapes.lines().filter_map(|line| {
        let (selector, body) = line.split_once('{')?;
        // A background belongs to the swatches of a page.
        let body = body
            .trim_end_matches('}')
            .split(';')
            .filter(|d| !d.starts_with("background"))
            .collect::<Vec<_>>()
            .join(";");
        Some((selector.trim_start_matches('.').to_owned(), format!("{selector}{{{}}}", resolve(&body, &colours))))
    });
    rules.collect()
});

/// Custom properties of a block of declarations, by name with its dashes.
pub(crate) fn palette(block: &str) -> BTreeMap<String, String> {
    let declarations = block.split(['{', ';', '}']).map(str::trim).filter(|d| d.starts_with("--"));
    declarations.filter_map(|d| d.split_once(':')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
}

/// Replaces each `var(--name)` by its value: a PDF maker knows no custom properties.
fn resolve(body: &str, colours: &BTreeMap<String, String>) -> String {
    let mut parts = body.split("var(");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(')').unwrap_or((part, ""));
        out.push_str(colours.get(name).map_or("#000000", String::as_str));
        out.push_str(rest);
    }
    out
}

/// The rules that `body` uses, with the light colours.
pub(crate) fn standalone(body: &str) -> String {
    let mut out = FAMILY.to_owned();
    for (class, rule) in RULES.iter() {
        let used = body.match_indices(class.as_str()).any(|(at, _)| {
            let after = body.get(at + class.len()..).and_then(|rest| rest.chars().next());
            matches!(after, Some('"' | ' '))
        });
        if used {
            out.push('\n');
            out.push_str(rule);
        }
    }
    out
}
