//! `cargo xtask demo-data`: makes the tables of `demo/` again from the shared data.
//!
//! The tables are facts of public sources in a layout of our own; `demo/README.md`, made here too, says for each where it
//! comes from, under which licence, and what was done to it.

mod feeds;
mod official;
mod published;

use std::error::Error;
use std::path::{Path, PathBuf};

/// One table of `demo/`.
struct Table {
    /// Its file.
    name: &'static str,
    /// Makes its text from the shared folder.
    make: fn(&Path) -> Result<String, DemoError>,
    source: &'static str,
    licence: &'static str,
    done: &'static str,
}

/// Why a table cannot be made.
#[derive(Debug, thiserror::Error)]
enum DemoError {
    /// The data is not on this machine.
    #[error("absent: {0} (set BEFFROI_SHARED to the folder that holds data/ and domain/)")]
    Absent(PathBuf),
    /// The data has not the form expected.
    #[error("{path}: {problem}")]
    Form { path: PathBuf, problem: String },
}

/// Every table: a new one is a function and a line here.
const TABLES: [Table; 7] = [
    Table {
        name: "official_departments.csv",
        make: official::departments,
        source: "SSMSI, *Bases statistiques communale, départementale et régionale de la délinquance enregistrée*, 2016 to 2024, indicator \"Escroqueries et fraudes aux moyens de paiement\"; populations: Insee",
        licence: "Licence Ouverte 2.0",
        done: "That one indicator of eighteen, coded `fraud`; values and populations as given. The day of publication is not known: the vintage is 2025-12-17, the day of the public copy from which it was taken, by which it was published",
    },
    Table {
        name: "official_fraud_series.csv",
        make: official::fraud_series,
        source: "SSMSI, application of time series, \"Escroqueries et autres infractions assimilées\", state of 2024-03-04",
        licence: "official statistics; SSMSI publishes under Licence Ouverte 2.0, the repository itself carries no licence file",
        done: "Victims only: France by year and quarter, metropolitan France by month (seasonally and working-day adjusted), departments by year. Quarters are adjusted sums as given, not whole numbers. From March 2022 on the national figures count complaints filed on THESEE; the departments do not, as their sums show (417 512 against 464 600 in 2022): two definition versions, and the periods that hold that month carry the second. The vintage is the state of the application",
    },
    Table {
        name: "phishing_domains.csv",
        make: feeds::phishing_domains,
        source: "polkadot-js/phishing, monthly lists of 2025",
        licence: "Apache-2.0",
        done: "REAL malicious domains, written as they are because a feed is read by machines: do not visit them. First day on which each was listed; trailing dots dropped, domains with letters outside ASCII in their `xn--` form, each domain once, entries that are no domain name dropped. At most 15 000 rows: a longer list would be thinned evenly in order of day",
    },
    Table {
        name: "published_platforms.csv",
        make: published::platforms,
        source: "annual reports quoted in each row",
        licence: "facts",
        done: "Platform reports, a layer of their own: never added to recorded offences. A date known to the month or year only is completed with its last day, by which the figure was published. Figures whose publication has no date are left out",
    },
    Table {
        name: "published_survey.csv",
        make: published::survey,
        source: "Insee-ONDRP-SSMSI, survey *Cadre de vie et sécurité*, treated by SSMSI; application of time series, state of 2024-03-04",
        licence: "official statistics; SSMSI publishes under Licence Ouverte 2.0, the repository itself carries no licence file",
        done: "Households victims of bank fraud and complaint rate, metropolitan France, a layer of its own; 2019 was not published",
    },
    Table {
        name: "published_totals.csv",
        make: published::totals,
        source: "SSMSI and Insee publications quoted in each row",
        licence: "facts",
        done: "Recorded digital offences: the same year under several definitions, each right under its own. The 341 000 of 2023 is what SSMSI's 348 000 of 2024 and its +2 % imply, rounded. Cumulated years, shares and figures without a date of publication are left out",
    },
    Table {
        name: "ransomware_claims.csv",
        make: feeds::ransomware_claims,
        source: "selimharfouche/RansomwareTracker721, state of 2025-03-22",
        licence: "Unlicense",
        done: "Claims of three groups, without the victim's name or domain. The date is the announced day of publication when it is not after the day the claim was first seen, else the date the group's own page gave the claim (`updated`) on the same condition, else the day it was first seen: all were first seen within nine days of collection, which says nothing of when they were claimed. Countries as ISO 3166-1 alpha-2; empty where not known",
    },
];

/// Makes every table and writes it into `demo/`. A table whose data is absent stays as it is, and the message names it.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let shared = shared();
    let demo = crate::tidy::root().join("demo");
    let mut made = Vec::new();
    let mut missing = 0;
    for table in &TABLES {
        match (table.make)(&shared) {
            Ok(text) => {
                std::fs::write(demo.join(table.name), &text)?;
                println!("demo/{}: {} rows, {} bytes", table.name, rows(&text), text.len());
                made.push((table, text));
            }
            Err(error) => {
                missing += 1;
                eprintln!("demo/{} left as it was: {error}", table.name);
            }
        }
    }
    if missing > 0 {
        return Err(format!("{missing} of {} tables were not made; demo/README.md left as it was", TABLES.len()).into());
    }
    std::fs::write(demo.join("README.md"), readme(&made))?;
    println!("demo/README.md");
    Ok(())
}

/// The folder that holds `data/` and `domain/`.
fn shared() -> PathBuf {
    std::env::var_os("BEFFROI_SHARED").map_or_else(|| crate::tidy::root().join("../shared"), PathBuf::from)
}

fn rows(text: &str) -> usize {
    text.lines().count().saturating_sub(1)
}

fn readme(made: &[(&Table, String)]) -> String {
    let mut text = String::from(
        "# Data of the demonstration\n\n\
         Real public data, re-laid as compact tables, made by `cargo xtask demo-data`: do not edit them by hand.\n\
         Synthetic reports are not kept here: the demonstration generates them, marked synthetic, from a seed.\n\
         No table holds a person's data.\n\n\
         | file | rows | source | licence | what was done |\n\
         | --- | ---: | --- | --- | --- |\n",
    );
    for (table, csv) in made {
        let Table { name, source, licence, done, .. } = table;
        text.push_str(&format!("| `{name}` | {} | {source} | {licence} | {done}. |\n", rows(csv)));
    }
    text
}

/// The text of a file of the shared folder.
fn text(shared: &Path, file: &str) -> Result<String, DemoError> {
    let path = shared.join(file);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned)),
        Err(_) => Err(DemoError::Absent(path)),
    }
}

/// The rows of a delimited file of the shared folder, each as the cells of `columns`.
fn cells<const N: usize>(
    shared: &Path,
    file: &str,
    delimiter: u8,
    columns: [&str; N],
) -> Result<Vec<[String; N]>, DemoError> {
    let text = text(shared, file)?;
    let form = |problem: String| DemoError::Form { path: shared.join(file), problem };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| form(e.to_string()))?.clone();
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        *place = header.iter().position(|c| c == column).ok_or_else(|| form(format!("no column `{column}`")))?;
    }
    reader
        .records()
        .map(|record| {
            let record = record.map_err(|e| form(e.to_string()))?;
            Ok(places.map(|place| record.get(place).unwrap_or("").to_owned()))
        })
        .collect()
}

/// A CSV table.
fn table<const N: usize>(columns: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> Result<String, DemoError> {
    let form = |problem: String| DemoError::Form { path: PathBuf::from("demo"), problem };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns).map_err(|e| form(e.to_string()))?;
    for row in rows {
        writer.write_record(row).map_err(|e| form(e.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|e| form(e.to_string()))?;
    String::from_utf8(bytes).map_err(|e| form(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_kept_are_those_that_would_be_made() {
        let demo = crate::tidy::root().join("demo");
        let mut made = Vec::new();
        for table in &TABLES {
            match (table.make)(&shared()) {
                Ok(text) => {
                    let kept = std::fs::read_to_string(demo.join(table.name)).unwrap();
                    assert!(kept == text, "demo/{} is stale: run `cargo xtask demo-data`", table.name);
                    made.push((table, text));
                }
                Err(DemoError::Absent(path)) => println!("skipped: {} absent", path.display()),
                Err(error) => panic!("{error}"),
            }
        }
        if made.len() == TABLES.len() {
            assert_eq!(std::fs::read_to_string(demo.join("README.md")).unwrap(), readme(&made));
        }
    }

    #[test]
    fn every_table_is_kept_small_and_plain() {
        let demo = crate::tidy::root().join("demo");
        let mut size = 0;
        for table in &TABLES {
            let kept = std::fs::read_to_string(demo.join(table.name)).unwrap();
            assert!(!kept.starts_with('#') && rows(&kept) > 0, "{}", table.name);
            size += kept.len();
        }
        assert!(size < 1_500_000, "{size} bytes");
        assert!(TABLES.map(|table| table.name).is_sorted());
    }

    #[test]
    fn what_is_absent_is_named() {
        let error = (TABLES[0].make)(Path::new("/nowhere")).unwrap_err().to_string();
        assert!(error.starts_with("absent: /nowhere/data/crime_stats"), "{error}");
    }
}
