//! Official statistics: fraud by department, and the national series.

use super::{DemoError, cells, table};
use std::path::Path;

/// Day of the public copy of the departments' file.
const DEPARTMENTS_VINTAGE: &str = "2025-12-17";
/// State of the application of time series.
const SERIES_VINTAGE: &str = "2024-03-04";
const INDICATOR: &str = "Escroqueries et fraudes aux moyens de paiement";
const WITHOUT_THESEE: &str = "SSMSI-2024 (without THESEE)";
const WITH_THESEE: &str = "SSMSI-2024 (with THESEE)";

/// Fraud by year and department.
pub(super) fn departments(shared: &Path) -> Result<String, DemoError> {
    let file = "data/crime_stats/donnees_ssmsi_france_departements_2016-2024.csv";
    let columns = ["annee", "Code_departement", "indicateur", "unite_de_compte", "nombre", "insee_pop"];
    let mut rows: Vec<_> = cells(shared, file, b';', columns)?
        .into_iter()
        .filter(|[_, _, indicator, ..]| indicator == INDICATOR)
        .map(|[year, department, _, unit, value, population]| {
            [
                year,
                department,
                "fraud".to_owned(),
                unit.to_lowercase(),
                value,
                population,
                DEPARTMENTS_VINTAGE.to_owned(),
            ]
        })
        .collect();
    rows.sort();
    table(["year", "department", "indicator", "unit", "value", "population", "vintage"], rows)
}

/// Fraud by period for France, metropolitan France and the departments.
pub(super) fn fraud_series(shared: &Path) -> Result<String, DemoError> {
    let file = "domain/ssmsi_escroqueries_series.csv";
    let columns = ["Unite_temps", "Zone_geographique", "Statistique", "Unite_de_compte", "Valeurs", "Periodicite"];
    let mut rows: Vec<_> = cells(shared, file, b',', columns)?
        .into_iter()
        .filter(|[_, _, statistic, unit, ..]| statistic == "Nombre" && unit == "Victimes")
        .map(|[time, zone, _, _, value, grain]| {
            let territory = territory(&zone);
            let period = period(&time);
            // The titles say that months and quarters are adjusted.
            let correction = if grain == "Annuelle" { "none" } else { "cvs-cjo" };
            let national = matches!(territory.as_str(), "FR" | "FRM");
            let definition = if national && holds_thesee(&period) { WITH_THESEE } else { WITHOUT_THESEE };
            [
                period,
                territory,
                "escroqueries".to_owned(),
                "victime".to_owned(),
                number(&value),
                correction.to_owned(),
                definition.to_owned(),
                SERIES_VINTAGE.to_owned(),
            ]
        })
        .filter(|row| row.iter().all(|cell| !cell.is_empty()))
        .collect();
    rows.sort_by(|a, b| (&a[1], a[0].len(), &a[0]).cmp(&(&b[1], b[0].len(), &b[0])));
    table(["period", "territory", "series", "unit", "value", "correction", "definition_version", "vintage"], rows)
}

/// `France`, `France métropolitaine` or `01-Ain` as a territory code.
fn territory(zone: &str) -> String {
    match zone {
        "France" => "FR".to_owned(),
        "France métropolitaine" => "FRM".to_owned(),
        department => department.split('-').next().unwrap_or("").to_owned(),
    }
}

/// `2016M01` or `2016T1` as `2016-01` or `2016-Q1`.
fn period(time: &str) -> String {
    time.replace('M', "-").replace('T', "-Q")
}

/// Whether THESEE was counted in the last month of the period: from March 2022 on. Codes of one grain sort by time.
fn holds_thesee(period: &str) -> bool {
    match period.len() {
        4 => period >= "2022",
        _ if period.contains('Q') => period >= "2022-Q1",
        _ => period >= "2022-03",
    }
}

/// The number as given, `5e+05` written out; empty for a missing value.
pub(super) fn number(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => format!("{value}"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_break_of_march_2022_is_in_the_definition() {
        for (period, with) in [
            ("2021", false),
            ("2022", true),
            ("2021-Q4", false),
            ("2022-Q1", true),
            ("2022-02", false),
            ("2022-03", true),
        ] {
            assert_eq!(holds_thesee(period), with, "{period}");
        }
    }

    #[test]
    fn the_sources_notation_becomes_ours() {
        assert_eq!(
            (period("2016M01"), period("2016T1"), period("2016")),
            ("2016-01".into(), "2016-Q1".into(), "2016".into())
        );
        assert_eq!((territory("2A-Corse-du-Sud"), territory("France métropolitaine")), ("2A".into(), "FRM".into()));
        assert_eq!(
            (number("5e+05"), number("79729.13771"), number("NA")),
            ("500000".into(), "79729.13771".into(), String::new())
        );
    }
}
