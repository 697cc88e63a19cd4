//! Publications, revisions, triangles and definitions in words: tables for people.

use super::export::{ExportTable, key_in_words, shown};
use super::publication::{Printed, Publication};
use super::revisions::{Revisions, Triangle};
use super::{Card, Coefficient, Figures};
use beffroi_ports::Dimension;
use beffroi_statistics::Status;
use beffroi_wording::Lang;

/// Headings of the keys, and the keys of a row.
struct Keys(Vec<Dimension>);

impl Keys {
    fn of_codes(codes: &[String]) -> Self {
        Self(codes.iter().filter_map(|code| Dimension::from_code(code)).collect())
    }

    fn heads(&self, lang: Lang) -> Vec<String> {
        self.0.iter().map(|d| lang.say(&format!("indicator-dimension-{}", d.code()))).collect()
    }

    fn cells(&self, keys: &[Option<String>], lang: Lang) -> Vec<String> {
        self.0.iter().zip(keys).map(|(d, key)| key_in_words(*d, key.as_deref(), lang)).collect()
    }
}

fn table(n_keys: usize, columns: Vec<String>, rows: Vec<Vec<String>>) -> ExportTable {
    let numeric = (0..columns.len()).map(|i| i >= n_keys).collect();
    ExportTable { columns, numeric, rows }
}

/// A publication as it was printed.
pub fn publication_table(publication: &Publication, card: &Card, lang: Lang) -> ExportTable {
    let keys = Keys::of_codes(&publication.asked.by);
    let mut columns = keys.heads(lang);
    let n_keys = columns.len();
    columns.push(card.unit.of(lang.code()).to_owned());
    let row = |figure: &Printed| {
        let mut cells = keys.cells(&figure.keys, lang);
        let status = if figure.is_secret() { Status::SecretPrimary } else { Status::NotAvailable };
        cells.push(shown(figure.number(), status, card.decimals, lang));
        cells
    };
    table(n_keys, columns, publication.figures.iter().map(row).collect())
}

/// Published figures beside what they are today, with the reasons.
pub fn revisions_table(revisions: &Revisions, of: &Publication, card: &Card, lang: Lang) -> ExportTable {
    let keys = Keys::of_codes(&of.asked.by);
    let mut columns = keys.heads(lang);
    let n_keys = columns.len();
    columns.extend(["printed", "today", "steps"].map(|column| lang.say(&format!("indicator-{column}"))));
    let number = |value: f64| lang.decimal(value, card.decimals);
    let rows = revisions.rows.iter().map(|row| {
        let mut cells = keys.cells(&row.keys, lang);
        let status = if row.withheld { Status::SecretPrimary } else { Status::NotAvailable };
        cells.push(shown(row.printed, Status::NotAvailable, card.decimals, lang));
        cells.push(shown(row.today, status, card.decimals, lang));
        let step = |(reason, delta): &(super::Reason, f64)| {
            let sign = if *delta > 0.0 { "+" } else { "" };
            format!("{sign}{} ({})", number(*delta), lang.say(&format!("indicator-reason-{}", reason.code())))
        };
        cells.push(row.steps.iter().map(step).collect::<Vec<_>>().join(", "));
        cells
    });
    let mut told = table(n_keys, columns, rows.collect());
    if let Some(last) = told.numeric.last_mut() {
        *last = false;
    }
    told
}

/// A triangle: one row a period, one column a day as of which it was known.
pub fn triangle_table(triangle: &Triangle, by: &[Dimension], card: &Card, lang: Lang) -> ExportTable {
    let keys = Keys(by.to_vec());
    let mut columns = keys.heads(lang);
    let n_keys = columns.len();
    columns.extend(triangle.days.iter().map(|day| lang.date(*day)));
    let row = |(own, cells): &(Vec<Option<String>>, Vec<super::Cell>)| {
        let mut line = keys.cells(own, lang);
        let status = |secret| if secret { Status::SecretPrimary } else { Status::NotAvailable };
        line.extend(cells.iter().map(|cell| shown(cell.value, status(cell.secret), card.decimals, lang)));
        line
    };
    table(n_keys, columns, triangle.rows.iter().map(row).collect())
}

/// The figures of several definitions side by side: one column a definition, and no total.
pub fn definitions_table(all: &[Figures], card: &Card, lang: Lang) -> ExportTable {
    let keys = Keys(all.first().map(|figures| figures.by.clone()).unwrap_or_default());
    let mut columns = keys.heads(lang);
    let n_keys = columns.len();
    columns.extend(all.iter().map(|figures| figures.certificate.definition_version.clone()));
    let mut rows: Vec<&Vec<Option<String>>> = all.iter().flat_map(|f| f.rows.iter().map(|row| &row.keys)).collect();
    rows.sort();
    rows.dedup();
    let line = |own: &Vec<Option<String>>| {
        let mut cells = keys.cells(own, lang);
        let of = |figures: &Figures| match figures.rows.iter().find(|row| row.keys == *own) {
            Some(figure) => shown(figure.value, figure.status, card.decimals, lang),
            None => lang.say("indicator-not-available"),
        };
        cells.extend(all.iter().map(of));
        cells
    };
    table(n_keys, columns, rows.into_iter().map(line).collect())
}

/// A coefficient of break in one line, for the foot of a table and the mark of the break on a chart.
pub fn coefficient_in_words(link: &Coefficient, lang: Lang) -> String {
    lang.say_with(
        "indicator-coefficient",
        &[
            ("from", (&link.from).into()),
            ("to", (&link.to).into()),
            ("ratio", (&lang.decimal(link.ratio, 3)).into()),
            ("low", (&lang.decimal(link.range.0, 3)).into()),
            ("high", (&lang.decimal(link.range.1, 3)).into()),
            ("overlap", (&lang.integer(to_float(link.overlap.len()))).into()),
        ],
    )
}

/// The number of figures of an overlap lies far below 2⁵³: the conversion is exact.
#[expect(clippy::cast_precision_loss, reason = "a number of figures is below 2^53")]
fn to_float(n: usize) -> f64 {
    n as f64
}
