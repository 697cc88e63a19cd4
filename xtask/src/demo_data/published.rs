//! Figures as they were published: the same year may stand under several definitions.

use super::official::number;
use super::{DemoError, cells, table};
use jiff::civil::Date;
use std::path::Path;

const COLUMNS: [&str; 7] = ["series", "period", "value", "unit", "definition_version", "publication", "published_on"];

/// A series of the compilation, its code and its unit here.
type Known = (&'static str, &'static str, &'static str);

const RECORDED: [Known; 6] = [
    ("atteintes numériques total", "atteintes-numeriques", "infraction"),
    ("atteintes numériques aux biens", "atteintes-numeriques-biens", "infraction"),
    ("atteintes numériques à la personne", "atteintes-numeriques-personne", "infraction"),
    ("atteintes numériques aux institutions", "atteintes-numeriques-institutions", "infraction"),
    ("atteintes législations numériques", "atteintes-numeriques-legislations", "infraction"),
    ("ASTAD", "astad", "infraction"),
];

const PLATFORMS: [Known; 4] = [
    ("THESEE plaintes et signalements", "thesee-declarations", "déclaration"),
    ("PERCEVAL signalements", "perceval-signalements", "signalement"),
    ("PHAROS signalements", "pharos-signalements", "signalement"),
    ("cybermalveillance demandes d'assistance", "cybermalveillance-parcours", "parcours"),
];

const SURVEY: [Known; 1] = [("taux de plainte escroquerie bancaire %", "taux-plainte-escroquerie-bancaire", "percent")];

/// Recorded offences.
pub(super) fn totals(shared: &Path) -> Result<String, DemoError> {
    let mut rows = rows(shared, &RECORDED)?;
    // Published as a total of 2024 and its change on 2023: 348 000 / 1.02, rounded to the thousand.
    rows.push(
        [
            "atteintes-numeriques",
            "2023",
            "341000",
            "infraction",
            "SSMSI-2025 (with THESEE)",
            "SSMSI 6 Mar 2025, implied by 348 000 in 2024 and +2 %",
            "2025-03-06",
        ]
        .map(str::to_owned),
    );
    rows.sort();
    table(COLUMNS, rows)
}

/// Platform reports.
pub(super) fn platforms(shared: &Path) -> Result<String, DemoError> {
    let mut rows = rows(shared, &PLATFORMS)?;
    rows.sort();
    table(COLUMNS, rows)
}

/// Estimates of the victimisation survey.
pub(super) fn survey(shared: &Path) -> Result<String, DemoError> {
    let mut rows = rows(shared, &SURVEY)?;
    let columns = ["Unite_temps", "Valeurs", "Unite_de_compte"];
    for [year, value, unit] in cells(shared, "domain/ssmsi_escroqueries_series.csv", b',', columns)? {
        if unit == "Ménages victimes" && !number(&value).is_empty() {
            let publication = "SSMSI App_series";
            let cells =
                ["escroqueries-bancaires", &year, &number(&value), "ménage victime", "CVS", publication, "2024-03-04"];
            rows.push(cells.map(str::to_owned));
        }
    }
    rows.sort();
    table(COLUMNS, rows)
}

/// The dated yearly figures of the series `known`.
fn rows(shared: &Path, known: &[Known]) -> Result<Vec<[String; 7]>, DemoError> {
    let columns = ["series", "reference_period", "value", "definition_version", "publication", "published_on"];
    let mut rows = Vec::new();
    for [series, period, value, definition, publication, published_on] in
        cells(shared, "domain/published_figures.csv", b',', columns)?
    {
        let Some((_, code, unit)) = known.iter().find(|(name, ..)| *name == series) else { continue };
        let a_year = period.len() == 4 && period.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(day) = last_day(&published_on).filter(|_| a_year && value.parse::<f64>().is_ok()) {
            rows.push([
                (*code).to_owned(),
                period,
                value,
                (*unit).to_owned(),
                definition,
                publication,
                day.to_string(),
            ]);
        }
    }
    Ok(rows)
}

/// The day, or the last day of the month or year given.
fn last_day(text: &str) -> Option<Date> {
    match text.len() {
        10 => text.parse().ok(),
        7 => format!("{text}-01").parse::<Date>().ok().map(Date::last_of_month),
        4 => format!("{text}-12-31").parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_date_is_completed_with_its_last_day() {
        let day = |text| last_day(text).map(|d| d.to_string());
        assert_eq!(day("2025-03-06").as_deref(), Some("2025-03-06"));
        assert_eq!(day("2024-02").as_deref(), Some("2024-02-29"));
        assert_eq!(day("2025").as_deref(), Some("2025-12-31"));
        assert_eq!(day(""), None);
    }

    #[test]
    fn the_three_totals_of_2023_stand_side_by_side() {
        let path = crate::tidy::root().join("demo/published_totals.csv");
        let text = std::fs::read_to_string(path).unwrap();
        let of_2023: Vec<&str> = text
            .lines()
            .filter_map(|l| l.strip_prefix("atteintes-numeriques,2023,"))
            .filter_map(|l| l.split(',').next())
            .collect();
        assert_eq!(of_2023, ["278770", "341000", "358300"]);
    }
}
