//! Figures on the way out: a table for people, CSV and JSON for programs.

use beffroi_indicators::{Card, Computation, Figure, Figures};
use beffroi_model::Period;
use beffroi_ports::Dimension;
use beffroi_statistics::Status;
use beffroi_wording::Lang;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// A table in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportTable {
    /// The headings.
    pub columns: Vec<String>,
    /// Which columns hold figures.
    pub numeric: Vec<bool>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<String>>,
}

/// The figures as a table in words: labels for codes, periods in full, `s` for what is secret, `n.d.` for what is not
/// available. A rate stands beside its numerator, its denominator and its limits; a share beside its part and its whole; the
/// low bound of a range beside the high one, with the part of the reports that say what they are about.
pub fn to_table(figures: &Figures, card: &Card, lang: Lang) -> ExportTable {
    let is_divided = figures.rows.iter().any(|row| row.denominator.is_some());
    let is_range = matches!(card.computation, Computation::Range(_));
    let is_share = match &card.computation {
        Computation::Ratio(_) => is_divided,
        Computation::Counts { share, .. } => is_divided && share.is_some(),
        Computation::Reports { .. } | Computation::Range(_) => false,
    };
    let is_rate = is_divided && !is_share;
    let mut columns: Vec<String> =
        figures.by.iter().map(|d| lang.say(&format!("indicator-dimension-{}", d.code()))).collect();
    let n_keys = columns.len();
    columns.push(card.unit.of(lang.code()).to_owned());
    if is_rate {
        columns.extend(["numerator", "denominator", "low", "high"].map(|c| lang.say(&format!("indicator-{c}"))));
    }
    let part = |column: &str| lang.say(&format!("indicator-{column}"));
    if is_share {
        columns.extend(["part", "whole"].map(part));
    }
    if is_range {
        columns.extend(["high-bound", "completeness"].map(part));
    }
    let row = |figure: &Figure| {
        let keys = figures.by.iter().zip(&figure.keys).map(|(d, key)| key_in_words(*d, key.as_deref(), lang));
        let mut cells: Vec<String> = keys.collect();
        cells.push(shown(figure.value, figure.status, card.decimals, lang));
        if is_rate {
            let (low, high) = (figure.interval.map(|i| i.0), figure.interval.map(|i| i.1));
            let part = |value, digits| shown(value, figure.status, digits, lang);
            cells.extend([
                part(figure.numerator, 0),
                part(figure.denominator, 0),
                part(low, card.decimals),
                part(high, card.decimals),
            ]);
        }
        let status = figure.status;
        if is_share {
            cells.extend([figure.numerator, figure.denominator].map(|value| shown(value, status, 0, lang)));
        }
        if is_range {
            cells.push(shown(figure.interval.map(|bounds| bounds.1), status, card.decimals, lang));
            let said = figure.completeness.map(|ratio| lang.percent(ratio, 0));
            cells.push(said.unwrap_or_else(|| shown(None, status, 0, lang)));
        }
        cells
    };
    let rows = figures.rows.iter().map(row).collect();
    let numeric = (0..columns.len()).map(|i| i >= n_keys).collect();
    ExportTable { columns, numeric, rows }
}

pub(super) fn key_in_words(dimension: Dimension, key: Option<&str>, lang: Lang) -> String {
    match (key, dimension.grain()) {
        (None, _) => lang.say("indicator-no-value"),
        (Some(key), Some(_)) => key.parse::<Period>().map_or_else(|_| key.to_owned(), |p| lang.period(p)),
        (Some(key @ ("true" | "false")), None) => lang.say(&format!("indicator-{key}")),
        (Some(key), None) => beffroi_indicators::label(dimension, key, lang.code()),
    }
}

pub(super) fn shown(value: Option<f64>, status: Status, digits: usize, lang: Lang) -> String {
    match value {
        Some(value) => lang.decimal(value, digits),
        None if status.is_hidden() => lang.say("indicator-secret"),
        None => lang.say("indicator-not-available"),
    }
}

/// The figures as CSV (RFC 4180: comma, CRLF, UTF-8 without a mark): one column a dimension with its codes, then `value`,
/// `numerator`, `denominator`, `low`, `high`, `status` (`F` published, `C` confidential, `M` missing), `unit_of_count`,
/// `layer`, `source`, `definition`, `snapshot` and `synthetic`. Figures use a point and no grouping. A text that a
/// spreadsheet would run as a formula is preceded by an apostrophe.
pub fn to_csv(figures: &Figures) -> String {
    const COLUMNS: [&str; 12] = [
        "value",
        "numerator",
        "denominator",
        "low",
        "high",
        "status",
        "unit_of_count",
        "layer",
        "source",
        "definition",
        "snapshot",
        "synthetic",
    ];
    let certificate = &figures.certificate;
    let mut out = String::new();
    let head = figures.by.iter().map(|d| d.code()).chain(COLUMNS);
    push_line(&mut out, head.map(text_cell));
    for row in &figures.rows {
        let number = |value: Option<f64>| value.filter(|v| v.is_finite()).map(|v| v.to_string()).unwrap_or_default();
        let keys = row.keys.iter().map(|key| text_cell(key.as_deref().unwrap_or_default()));
        let own_source = row
            .source
            .clone()
            .unwrap_or_else(|| certificate.sources.iter().map(|s| s.source.as_str()).collect::<Vec<_>>().join(" "));
        let rest = [
            number(row.value),
            number(row.numerator),
            number(row.denominator),
            number(row.interval.map(|i| i.0)),
            number(row.interval.map(|i| i.1)),
            row.status.code().to_owned(),
            text_cell(&certificate.unit_of_count),
            certificate.layer.code().to_owned(),
            text_cell(&own_source),
            text_cell(row.definition.as_deref().unwrap_or(&certificate.definition_version)),
            certificate.snapshot.to_string(),
            certificate.synthetic.to_string(),
        ];
        push_line(&mut out, keys.chain(rest));
    }
    out
}

fn push_line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            out.push(',');
        }
        out.push_str(&cell);
    }
    out.push_str("\r\n");
}

/// A text as a CSV cell: quoted where RFC 4180 asks for it, and never a formula (OWASP, *CSV Injection*).
fn text_cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let safe = if is_formula { format!("'{text}") } else { text.to_owned() };
    if safe.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

/// The figures and their birth certificate as one JSON document:
/// `{indicator, by, figures: [{keys: {dimension: code}, value, numerator, denominator, low, high, status, …}], certificate}`.
pub fn to_json(figures: &Figures) -> Value {
    let row = |figure: &Figure| {
        let keys: Map<String, Value> =
            figures.by.iter().zip(&figure.keys).map(|(d, key)| (d.code().to_owned(), json!(key))).collect();
        json!({
            "keys": keys,
            "value": figure.value,
            "numerator": figure.numerator,
            "denominator": figure.denominator,
            "low": figure.interval.map(|i| i.0),
            "high": figure.interval.map(|i| i.1),
            "completeness": figure.completeness,
            "status": figure.status.code(),
            "source": figure.source,
            "definition": figure.definition,
        })
    };
    json!({
        "indicator": figures.indicator,
        "by": figures.by.iter().map(|d| d.code()).collect::<Vec<_>>(),
        "figures": figures.rows.iter().map(row).collect::<Vec<_>>(),
        "coefficients": figures.coefficients,
        "certificate": figures.certificate,
    })
}
